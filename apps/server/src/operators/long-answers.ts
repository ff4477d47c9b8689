import type { ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import type { Sessions } from './sessions.ts'

const LOOK_EVERY_MS = 1_000

/** Answers that go on for hours end within a second of the session that asked for them, whichever node ended it. */
export class LongAnswers {
  readonly #sessions: Pick<Sessions, 'isOpen'>
  readonly #log: Pick<Logger, 'warn'>
  readonly #open = new Map<ServerResponse, Uint8Array>()
  #timer: NodeJS.Timeout | undefined
  #isLooking = false

  constructor(sessions: Pick<Sessions, 'isOpen'>, log: Pick<Logger, 'warn'>) {
    this.#sessions = sessions
    this.#log = log
  }

  follow(response: ServerResponse, sessionHash: Uint8Array): void {
    this.#open.set(response, sessionHash)
    response.once('close', () => this.#forget(response))
    this.#timer ??= setInterval(() => void this.#look(), LOOK_EVERY_MS).unref()
  }

  #forget(response: ServerResponse): void {
    this.#open.delete(response)
    if (this.#open.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return
    this.#isLooking = true
    try {
      for (const [response, hash] of [...this.#open])
        if (!(await this.#sessions.isOpen(hash))) response.destroy()
    } catch (error) {
      // Nobody new can sign in either; the next look follows.
      this.#log.warn({ error: String(error) }, 'open answers could not be checked for their sessions')
    } finally {
      this.#isLooking = false
    }
  }
}
