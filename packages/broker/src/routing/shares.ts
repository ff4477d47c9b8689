/** A shared subscription: what its members, wherever they are, have in common (4.8.2). */
export interface Share {
  readonly key: string
  /** Counts up: whose turn it is. */
  turn: number
  members: number
}

/** The shared subscriptions there are, by share name, filter and how topic names are spelled. */
export class Shares {
  readonly #shares = new Map<string, Share>()

  /** One more member. */
  join(key: string): Share {
    const share = this.#shares.get(key) ?? { key, turn: 0, members: 0 }
    share.members++
    this.#shares.set(key, share)
    return share
  }

  leave(share: Share): void {
    share.members--
    if (share.members === 0) this.#shares.delete(share.key)
  }
}
