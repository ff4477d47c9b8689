/** As long as a message may be under way between nodes, and more. */
const PASSING_MILLISECONDS = 15_000

/**
 * Receivers whose messages are kept, and that are subscribed to anything on this node, or were a moment ago. What another
 * node sends to one that has just left is kept by the node that it left, and by no other that gets the message as well.
 */
export class LocalReceivers {
  readonly #subscriptions = new Map<string, number>()
  /** When they left, on the monotonic clock; the one that left last is the last one. */
  readonly #left = new Map<string, number>()

  /** One more subscription of the identity of this key. */
  enter(key: string): void {
    this.#subscriptions.set(key, (this.#subscriptions.get(key) ?? 0) + 1)
  }

  leave(key: string, now: number): void {
    const subscriptions = (this.#subscriptions.get(key) ?? 0) - 1
    if (subscriptions > 0) {
      this.#subscriptions.set(key, subscriptions)
      return
    }
    this.#subscriptions.delete(key)
    this.#left.delete(key)
    this.#left.set(key, now)
    for (const [longestGone, at] of this.#left) {
      if (now - at < PASSING_MILLISECONDS) break
      this.#left.delete(longestGone)
    }
  }

  wasHere(key: string, now: number): boolean {
    const left = this.#left.get(key)
    return this.#subscriptions.has(key) || (left !== undefined && now - left < PASSING_MILLISECONDS)
  }
}
