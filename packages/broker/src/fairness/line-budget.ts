const MINUTE_MS = 60_000

/** How many lines of log each client or address may still fill in this minute. */
export class LineBudget {
  readonly #linesMax: number
  readonly #keysMax: number
  readonly #lines = new Map<string, number>()
  #minuteAt = Number.NEGATIVE_INFINITY

  /** `keysMax` are told apart; beyond, all share one budget. */
  constructor(linesMax: number, keysMax: number) {
    this.#linesMax = linesMax
    this.#keysMax = keysMax
  }

  /** Takes one line; returns how many are left after it, -1 if there was none. At 0, say that this was the last. */
  take(key: string, now: number): number {
    if (now - this.#minuteAt >= MINUTE_MS) {
      this.#minuteAt = now
      this.#lines.clear()
    }
    const known = this.#lines.has(key) || this.#lines.size < this.#keysMax ? key : ''
    const lines = (this.#lines.get(known) ?? 0) + 1
    this.#lines.set(known, lines)
    return Math.max(-1, this.#linesMax - lines)
  }
}
