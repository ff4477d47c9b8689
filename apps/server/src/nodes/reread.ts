import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from 'pino'

/** The store is away: it is read again every so often. */
const AGAIN_MILLISECONDS = 1_000

/**
 * Reads what others may have changed unheard, until it could be read: who did not learn that a password has ended would let
 * it in for good. Once at a time, however often it is asked for.
 */
export class Reread {
  readonly #read: () => Promise<void>
  readonly #log: Pick<Logger, 'warn'>
  readonly #ending = new AbortController()
  #isDue = false
  #isRunning = false

  constructor(read: () => Promise<void>, log: Pick<Logger, 'warn'>) {
    this.#read = read
    this.#log = log
  }

  /** What was changed before this is read; never throws. */
  start(): void {
    this.#isDue = true
    if (!this.#isRunning) void this.#run()
  }

  end(): void {
    this.#ending.abort()
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    while (this.#isDue && !this.#ending.signal.aborted) {
      this.#isDue = false
      try {
        await this.#read()
      } catch (error) {
        this.#isDue = true
        this.#log.warn({ error: String(error) }, 'changes of other nodes could not be read yet')
        await wait(AGAIN_MILLISECONDS, undefined, { ref: false })
      }
    }
    this.#isRunning = false
  }
}
