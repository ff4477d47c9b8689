import { matchTopicFilter } from '@pillion/packet'
import type { Relay, RelayExtras, RelayNode } from '../ports/relay.ts'

/**
 * The relay of one process. Alone, nobody else is there and everything stays local; brokers that share one
 * `MemoryRelayHub` are the nodes of a deployment inside one process, for tests.
 */
export class MemoryRelay implements Relay {
  readonly #hub: MemoryRelayHub
  #member: Member | undefined

  constructor(hub: MemoryRelayHub = new MemoryRelayHub()) {
    this.#hub = hub
  }

  /** A call away, nobody is slow. */
  get congested(): undefined {
    return undefined
  }

  get interestEpoch(): number {
    return this.#hub.interestEpoch
  }

  async open(node: RelayNode): Promise<void> {
    this.#member = { node, interest: new Map() }
    this.#hub.members.add(this.#member)
  }

  wants(topic: string): boolean {
    return this.#others().some((member) => isInterested(member, topic))
  }

  placeAmong(topic: string): { index: number; count: number } {
    const own = this.#member
    if (own === undefined) return { index: 0, count: 1 }
    const holders = [...this.#hub.members].filter((member) => member === own || isInterested(member, topic))
    return { index: holders.indexOf(own), count: holders.length }
  }

  forward(topic: string, payload: Uint8Array, extras?: RelayExtras): void {
    for (const member of this.#others()) {
      if (extras?.keepFor !== undefined || isInterested(member, topic)) {
        member.node.deliver(topic, payload, extras)
      }
    }
  }

  addInterest(filter: string): void {
    const interest = this.#member?.interest
    if (interest === undefined) return
    const count = interest.get(filter) ?? 0
    interest.set(filter, count + 1)
    if (count === 0) this.#hub.changeInterest()
  }

  dropInterest(filter: string): void {
    const interest = this.#member?.interest
    const count = interest?.get(filter)
    if (interest === undefined || count === undefined) return
    if (count > 1) interest.set(filter, count - 1)
    else {
      interest.delete(filter)
      this.#hub.changeInterest()
    }
  }

  async claim(clientKey: string): Promise<void> {
    const holder = this.#hub.claims.get(clientKey)
    if (this.#member === undefined) return
    this.#hub.claims.set(clientKey, this.#member)
    if (holder !== undefined && holder !== this.#member) holder.node.evict(clientKey)
  }

  release(clientKey: string): void {
    if (this.#hub.claims.get(clientKey) === this.#member) this.#hub.claims.delete(clientKey)
  }

  async close(): Promise<void> {
    if (this.#member === undefined) return
    const { claims, members } = this.#hub
    members.delete(this.#member)
    for (const [clientKey, holder] of claims) if (holder === this.#member) claims.delete(clientKey)
    this.#member = undefined
    this.#hub.changeInterest()
  }

  #others(): Member[] {
    return this.#hub.members.size < 2
      ? []
      : [...this.#hub.members].filter((member) => member !== this.#member)
  }
}

/** What the relays of one process share. */
export class MemoryRelayHub {
  readonly members = new Set<Member>()
  readonly claims = new Map<string, Member>()
  #interestEpoch = 0

  get interestEpoch(): number {
    return this.#interestEpoch
  }

  /** With fewer than two members nobody can want what another sends, and no route needs to be looked at again. */
  changeInterest(): void {
    if (this.members.size > 1 || this.#interestEpoch > 0) this.#interestEpoch++
  }
}

interface Member {
  readonly node: RelayNode
  readonly interest: Map<string, number>
}

function isInterested(member: Member, topic: string): boolean {
  for (const filter of member.interest.keys()) if (matchTopicFilter(filter, topic)) return true
  return false
}
