import type { Logger } from 'pino'

const MINUTE_MS = 60_000

/** Warnings that strangers cause, as many as they like: so many lines a minute are written, and then that more follow. */
export class SparingLog {
  readonly #log: Pick<Logger, 'warn'>
  readonly #linesPerMinuteMax: () => number
  readonly #now: () => number
  #minuteAt = Number.NEGATIVE_INFINITY
  #lines = 0

  constructor(log: Pick<Logger, 'warn'>, linesPerMinuteMax: () => number, now: () => number = Date.now) {
    this.#log = log
    this.#linesPerMinuteMax = linesPerMinuteMax
    this.#now = now
  }

  warn(fields: object, text: string): void {
    if (this.#now() - this.#minuteAt >= MINUTE_MS) {
      this.#minuteAt = this.#now()
      this.#lines = 0
    }
    this.#lines++
    const max = this.#linesPerMinuteMax()
    if (this.#lines < max) this.#log.warn(fields, text)
    else if (this.#lines === max) this.#log.warn(fields, `${text}; more like it are left out for a minute`)
  }
}
