import pLimit from 'p-limit'
import { PushError } from '../push-error.ts'
import { hashPassword, verifyPassword } from './password.ts'

/** Each takes a thread of Node's pool of four, which files and names need too. */
const AT_ONCE = 2

/** Hashes and verifies passwords, a few at a time, in the order of their coming. Beyond the bound: TEMPORARY_UNAVAILABLE_ERROR. */
export class Passwords {
  readonly #atOnceMax: number
  readonly #waitingMax: () => number
  readonly #limit: ReturnType<typeof pLimit>

  constructor({ waitingMax, atOnceMax = AT_ONCE }: { waitingMax: () => number; atOnceMax?: number }) {
    this.#atOnceMax = atOnceMax
    this.#waitingMax = waitingMax
    this.#limit = pLimit(atOnceMax)
  }

  hash(password: string): Promise<string> {
    return this.#inTurn(() => hashPassword(password))
  }

  /** False without a stored hash, after the same work. */
  verify(password: string, stored: string | undefined): Promise<boolean> {
    return this.#inTurn(() => verifyPassword(password, stored))
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const { activeCount, pendingCount } = this.#limit
    if (activeCount + pendingCount >= this.#atOnceMax + this.#waitingMax()) {
      throw new PushError('TEMPORARY_UNAVAILABLE_ERROR', 'Too many passwords wait to be checked', {
        retryAfterSeconds: 1,
      })
    }
    return this.#limit(work)
  }
}
