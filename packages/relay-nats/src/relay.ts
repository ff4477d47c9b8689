import type { Relay, RelayExtras, RelayNode } from '@pillion/broker'
import type { Claims } from './claims.ts'
import type { LocalInterest } from './interest/local-interest.ts'
import type { Members } from './members.ts'
import type { Peer } from './peer.ts'

export interface NatsRelayOptions {
  /** This node. */
  readonly node: string
  readonly interest: LocalInterest
  readonly claims: Claims
  readonly members: Members
  /** Something waits for the end of the turn. */
  changed(): void
  /** From now on messages can be delivered. */
  opened(): void
  /** Waits a moment for what is on its way to others. */
  drain(): Promise<void>
}

/** The broker's port, over what the other nodes told. */
export class NatsRelay implements Relay {
  readonly #options: NatsRelayOptions
  #node: RelayNode | undefined
  #interestEpoch = 0
  /** Of the last message: busy senders send to one topic many times in a row. */
  #lastTopic: string | undefined
  #lastEpoch = 0
  #lastReceivers: readonly Peer[] = []
  #closed: Promise<void> | undefined

  constructor(options: NatsRelayOptions) {
    this.#options = options
  }

  /** The broker, while the relay is open. */
  get node(): RelayNode | undefined {
    return this.#node
  }

  get interestEpoch(): number {
    return this.#interestEpoch
  }

  changeInterest(): void {
    this.#interestEpoch++
  }

  async open(node: RelayNode): Promise<void> {
    this.#node = node
    this.#options.opened()
  }

  wants(topic: string): boolean {
    for (const { interest } of this.#options.members.alive) if (interest.matches(topic)) return true
    return false
  }

  placeAmong(topic: string): { index: number; count: number } {
    const { members, node } = this.#options
    let index = 0
    let count = 1
    for (const peer of members.alive) {
      if (!peer.interest.matches(topic)) continue
      count++
      if (peer.node < node) index++
    }
    return { index, count }
  }

  forward(topic: string, payload: Uint8Array, extras?: RelayExtras): void {
    if (this.#node === undefined) return
    const { members, changed } = this.#options
    const peers = extras?.keepFor === undefined ? this.#receiversOf(topic) : members.alive
    for (let i = 0; i < peers.length; i++) (peers[i] as Peer).out.add(topic, payload, extras)
    changed()
  }

  #receiversOf(topic: string): readonly Peer[] {
    if (topic !== this.#lastTopic || this.#interestEpoch !== this.#lastEpoch) {
      this.#lastTopic = topic
      this.#lastEpoch = this.#interestEpoch
      this.#lastReceivers = this.#options.members.alive.filter(({ interest }) => interest.matches(topic))
    }
    return this.#lastReceivers
  }

  get congested(): Relay['congested'] {
    for (const { out } of this.#options.members.alive) if (out.isCongested) return out
    return undefined
  }

  addInterest(filter: string): void {
    this.#options.interest.add(filter)
    this.#options.changed()
  }

  dropInterest(filter: string): void {
    this.#options.interest.drop(filter)
    this.#options.changed()
  }

  /** Settled at once: of two nodes that claim at the same instant, one is evicted when it hears of the other. */
  async claim(clientKey: string): Promise<void> {
    this.#options.claims.claim(clientKey)
  }

  release(clientKey: string): void {
    this.#options.claims.release(clientKey)
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    const { interest, claims, drain } = this.#options
    interest.clear()
    claims.clear()
    await drain()
    this.#node = undefined
  }
}
