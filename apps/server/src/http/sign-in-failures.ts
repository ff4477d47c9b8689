import type { FastifyReply } from 'fastify'
import { serverLimits } from '../limits.ts'
import { ApiError } from './problems.ts'

const WINDOW_MS = serverLimits.signInWindowSeconds * 1000

/** Slows down guessing: after `signInFailuresMax` refusals, an address waits until its window has passed. */
export class SignInFailures {
  readonly #now: () => number
  readonly #byAddress = new Map<string, { failures: number; endsAt: number }>()

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** @throws {ApiError} SIGN_IN_FAILURES_TOO_MANY, with Retry-After on the reply */
  check(address: string, reply: FastifyReply): void {
    const waitMs = this.waitOf(address)
    if (waitMs === 0) return
    const seconds = Math.ceil(waitMs / 1000)
    reply.header('retry-after', seconds)
    throw new ApiError('SIGN_IN_FAILURES_TOO_MANY', `Try again in ${seconds} s.`)
  }

  /** Milliseconds this address must still wait; 0 = none. */
  waitOf(address: string): number {
    const seen = this.#byAddress.get(address)
    if (seen === undefined || seen.failures < serverLimits.signInFailuresMax) return 0
    return Math.max(0, seen.endsAt - this.#now())
  }

  count(address: string): void {
    const now = this.#now()
    const seen = this.#byAddress.get(address)
    if (seen !== undefined && seen.endsAt > now) {
      seen.failures++
      return
    }
    // Deleted first, so that the map stays in the order of the windows' ends.
    this.#byAddress.delete(address)
    this.#byAddress.set(address, { failures: 1, endsAt: now + WINDOW_MS })
    const [oldest] = this.#byAddress.keys()
    if (this.#byAddress.size > serverLimits.signInAddressesMax && oldest !== undefined)
      this.#byAddress.delete(oldest)
  }
}
