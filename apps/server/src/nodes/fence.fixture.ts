import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import type { IssuedAccount } from '@pillion/schema'
import { type PacketOf, RawMqttClient } from '@pillion/testkit'

/** Only so that a test that fails also ends. */
const patienceMilliseconds = 30_000
const againMilliseconds = 5

/** What opens one connection at each node, for which `fence/#` is granted. */
export interface FenceAccess {
  readonly mqttPorts: readonly number[]
  /** undefined: nobody signs in. */
  readonly account: { readonly username: string; readonly password: string } | undefined
}

/**
 * Between nodes a message, an interest and a notice take a moment. A fence is a connection at every node; what has passed it is
 * known everywhere, because everything from one node to another arrives in the order in which it was sent.
 */
export class Fence {
  readonly #clients: readonly RawMqttClient[]
  readonly #arrived: Set<string>[]
  #granted = 0
  #passed = 0
  #turn: Promise<void> = Promise.resolve()

  private constructor(clients: readonly RawMqttClient[]) {
    this.#clients = clients
    this.#arrived = clients.map(() => new Set())
    for (const [index, client] of clients.entries()) void this.#listen(client, this.#arrived[index])
  }

  static async open({ mqttPorts, account }: FenceAccess): Promise<Fence> {
    return new Fence(await Promise.all(mqttPorts.map((port) => signIn(port, account))))
  }

  /**
   * Resolves when each node has told every other node what it had to tell when this was called: messages that it took,
   * subscriptions that it granted, changes that it made.
   */
  async pass(): Promise<void> {
    // One after the other: each is a filter at every node.
    const turn = this.#turn.then(() => this.#pass())
    this.#turn = turn.catch(() => {})
    await turn
  }

  async #pass(): Promise<void> {
    const topic = `fence/${++this.#passed}`
    const size = this.#clients.length
    this.#granted = 0
    // A new filter, so that whoever sends here knows of it, and of all that was subscribed to before it.
    for (const client of this.#clients) {
      const options = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
      const subscriptions = [{ topicFilter: `${topic}/+`, ...options }]
      client.send({ type: 'subscribe', packetId: 1, subscriptions })
    }
    const deadline = Date.now() + patienceMilliseconds
    while (this.#arrived.some((arrived) => arrived.size < size)) {
      assert.ok(Date.now() < deadline, `the nodes do not hear of each other: ${this.#describe()}`)
      // Each sends to itself as well: what nobody gets would be counted as a drop.
      for (const [index, client] of this.#granted < size ? [] : this.#clients.entries()) {
        const payload = new Uint8Array()
        client.send({
          type: 'publish',
          topicName: `${topic}/${index}`,
          payload,
          qos: 0,
          dup: false,
          retain: false,
        })
      }
      await wait(againMilliseconds)
    }
    for (const [index, client] of this.#clients.entries()) {
      this.#arrived[index]?.clear()
      // The one before: of this one, copies may still be on their way.
      client.send({ type: 'unsubscribe', packetId: 2, topicFilters: [`fence/${this.#passed - 1}/+`] })
    }
  }

  close(): void {
    for (const client of this.#clients) client.destroy()
  }

  async #listen(client: RawMqttClient, arrived: Set<string> | undefined): Promise<void> {
    try {
      for (;;) {
        const packet = await client.next(2 ** 31 - 1)
        if (packet.type === 'suback') this.#granted++
        if (packet.type !== 'publish') continue
        const { topicName } = packet as PacketOf<'publish'>
        if (topicName.startsWith(`fence/${this.#passed}/`)) arrived?.add(topicName)
      }
    } catch {
      // It is closed.
    }
  }

  #describe(): string {
    return this.#arrived.map((arrived, index) => `${index} from ${[...arrived]}`).join('; ')
  }
}

/** Again while the node has not heard of the account. */
async function signIn(port: number, account: FenceAccess['account']): Promise<RawMqttClient> {
  const deadline = Date.now() + patienceMilliseconds
  for (;;) {
    const client = await RawMqttClient.open({ port })
    const { username, password } = account ?? {}
    const { reasonCode } = await client.connect({
      clientId: `fence-${port}`,
      keepAliveSeconds: 0,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password: Buffer.from(password) }),
    })
    if (reasonCode === 0) return client
    client.destroy()
    assert.ok(Date.now() < deadline, `CONNACK ${reasonCode}`)
    await wait(againMilliseconds)
  }
}

/** One for each who needs it. */
export async function addFenceAccount(
  url: string,
  adminToken: string,
): Promise<{ username: string; password: string }> {
  const name = `fence-${crypto.randomUUID().slice(0, 8)}`
  const response = await fetch(`${url}/admin/v1/accounts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name, publish: ['fence/#'], subscribe: ['fence/#'] }),
  })
  if (!response.ok) throw new Error(`/accounts answered ${response.status}: ${await response.text()}`)
  const { password } = (await response.json()) as IssuedAccount
  return { username: name, password }
}
