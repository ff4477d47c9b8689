import type { Relay } from '../ports/relay.ts'
import { hashText } from './hash-text.ts'

/** A shared subscription: what its members on this node have in common (4.8.2). */
export interface Share {
  readonly key: string
  /** In this, nodes with members hold interest. One level, whatever is in the key. */
  readonly interest: string
  /** Counts up: whose turn it is. */
  turn: number
  members: number
}

/** The shared subscriptions there are, by share name, filter and how topic names are spelled. */
export class Shares {
  readonly #shares = new Map<string, Share>()

  /** One more member. */
  join(key: string): Share {
    const interest = `$shared/${encodeURIComponent(key)}`
    const share = this.#shares.get(key) ?? { key, interest, turn: 0, members: 0 }
    share.members++
    this.#shares.set(key, share)
    return share
  }

  leave(share: Share): void {
    share.members--
    if (share.members === 0) this.#shares.delete(share.key)
  }
}

/**
 * Of all nodes with members of a shared subscription, one serves each topic, or the subscription would get every message
 * once from each. What the server says of itself stays on its node.
 */
export function servesShare(relay: Relay, { interest }: Share, topic: string): boolean {
  if (topic.startsWith('$')) return true
  const { index, count } = relay.placeAmong(interest)
  return count === 1 || hashText(topic) % count === index
}
