/** One connection's share of a turn of the event loop. libuv reads up to 2 MiB from one socket before it looks at the next. */
const TURN_MS = 1

/**
 * Whose turn is it, and for how long already? Whoever keeps the server busy with what is not the hot path makes way for
 * the others after a millisecond, and goes on in the next turn of the event loop.
 */
export class TurnBudget<Owner> {
  #owner: Owner | undefined
  #endsAt = 0
  readonly #now: () => number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Has `owner` used up its share of this turn? Its time begins with the first question. */
  isSpent(owner: Owner): boolean {
    const now = this.#now()
    if (this.#owner === owner) return now > this.#endsAt
    if (this.#owner === undefined) setImmediate(this.#begin)
    this.#owner = owner
    this.#endsAt = now + TURN_MS
    return false
  }

  readonly #begin = (): void => {
    this.#owner = undefined
  }
}
