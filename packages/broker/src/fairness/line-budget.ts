import type { BrokerLimits } from '../limits.ts'

const MINUTE_MS = 60_000

/** How many lines of log each client or address may still fill in this minute. */
export class LineBudget {
  readonly #limits: Pick<BrokerLimits, 'logLinesPerMinuteMax' | 'connectionsMax'>
  readonly #lines = new Map<string, number>()
  #minuteAt = Number.NEGATIVE_INFINITY

  /** As many keys are told apart as connections may be; beyond, all share one budget. */
  constructor(limits: Pick<BrokerLimits, 'logLinesPerMinuteMax' | 'connectionsMax'>) {
    this.#limits = limits
  }

  /** Takes one line; returns how many are left after it, -1 if there was none. At 0, say that this was the last. */
  take(key: string, now: number): number {
    if (now - this.#minuteAt >= MINUTE_MS) {
      this.#minuteAt = now
      this.#lines.clear()
    }
    const known = this.#lines.has(key) || this.#lines.size < this.#limits.connectionsMax ? key : ''
    const lines = (this.#lines.get(known) ?? 0) + 1
    this.#lines.set(known, lines)
    return Math.max(-1, this.#limits.logLinesPerMinuteMax - lines)
  }
}
