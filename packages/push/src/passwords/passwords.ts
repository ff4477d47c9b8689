import { PushError } from '../push-error.ts'
import { hashPassword, verifyPassword } from './password.ts'

/** Each takes a thread of Node's pool of four, which files and names need too. */
const AT_ONCE_MAX = 2

/** Hashes and verifies passwords, a few at a time, in the order of their coming. Beyond the bound: TEMPORARY_UNAVAILABLE_ERROR. */
export class Passwords {
  readonly #waitingMax: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor({ waitingMax }: { waitingMax: number }) {
    this.#waitingMax = waitingMax
  }

  hash(password: string): Promise<string> {
    return this.#inTurn(() => hashPassword(password))
  }

  /** False without a stored hash, after the same work. */
  verify(password: string, stored: string | undefined): Promise<boolean> {
    return this.#inTurn(() => verifyPassword(password, stored))
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#enter()
    try {
      return await work()
    } finally {
      this.#leave()
    }
  }

  #enter(): Promise<void> | undefined {
    if (this.#running < AT_ONCE_MAX) {
      this.#running += 1
      return undefined
    }
    if (this.#waiting.length >= this.#waitingMax) {
      throw new PushError('TEMPORARY_UNAVAILABLE_ERROR', 'Too many passwords wait to be checked', {
        retryAfterSeconds: 1,
      })
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** The place goes to the next in line, so that nobody overtakes it. */
  #leave(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#running -= 1
    else next()
  }
}
