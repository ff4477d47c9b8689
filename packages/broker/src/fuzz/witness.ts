import assert from 'node:assert/strict'
import type { ProtocolVersion } from '@pillion/packet'
import type { Broker } from '../broker.ts'
import { TestClient } from '../fixtures/test-client.ts'

/** Subscribes to everything inside the broker: what was published, in the order in which it was taken. */
export class Journal {
  #lines: string[] = []
  #forgotten = 0

  constructor(broker: Broker) {
    broker.subscribe('#', (topic, payload) => void this.#lines.push(describe(topic, payload)))
  }

  /** Of all messages, those forgotten included. */
  get length(): number {
    return this.#forgotten + this.#lines.length
  }

  at(index: number): string | undefined {
    return this.#lines[index - this.#forgotten]
  }

  /** Once every witness has been heard. */
  forget(): void {
    this.#forgotten += this.#lines.length
    this.#lines = []
  }
}

/** Subscribes to everything over the network, and must get what is in the journal: all of it, in order, and nothing else. */
export class Witness {
  readonly #client: TestClient
  readonly #journal: Journal
  readonly #aliases = new Map<number, string>()
  /** Messages got and found right. */
  messages = 0

  private constructor(client: TestClient, journal: Journal) {
    this.#client = client
    this.#journal = journal
  }

  static async open(port: number, version: ProtocolVersion, journal: Journal): Promise<Witness> {
    const clientId = `witness-${version}`
    // Few aliases: some topic names come with one, others in full.
    const properties = version === 5 ? { properties: { topicAliasMax: 3 } } : {}
    const client = await TestClient.connect({ port, version, clientId, ...properties })
    await client.subscribe('#')
    return new Witness(client, journal)
  }

  publish(topicName: string, text: string): void {
    this.#client.publish(topicName, text)
  }

  /** Takes what has come so far; throws at the first message that is missing, different or too many. */
  async listen(): Promise<void> {
    await this.#client.ping()
    for (const packet of this.#client.received) {
      assert.equal(packet.type, 'publish')
      const { topicName, payload, properties } = packet
      const alias = properties?.topicAlias
      if (alias !== undefined && topicName !== '') this.#aliases.set(alias, topicName)
      const name = topicName === '' ? this.#aliases.get(alias ?? 0) : topicName
      assert.equal(describe(`${name}`, payload), this.#journal.at(this.messages++))
    }
    this.#client.received = []
  }
}

function describe(topic: string, payload: Uint8Array): string {
  return `${topic} ${payload.length} ${Buffer.from(payload.subarray(0, 40)).toString('latin1')}`
}
