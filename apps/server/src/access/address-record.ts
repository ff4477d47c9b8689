import type { Limits } from '../limits.ts'

export type AddressLimits = Pick<
  Limits,
  'signInFailuresPerAddressMax' | 'signInFailuresPerSecond' | 'signInWindowSeconds'
>

/** A sign-in that waits for its turn. */
export interface Waiting {
  readonly name: string | undefined
  /** Milliseconds; it waits no longer. */
  readonly until: number
  /** Told once: its turn, or why it will have none. */
  readonly resolve: (refusal: 'sign_in_rate_exceeded' | 'sign_in_account_locked' | undefined) => void
}

/** What goes on between one address and the sign-in: a bucket of failures, and the line in front of it. */
export class AddressRecord {
  readonly key: string
  readonly #limits: AddressLimits
  /** In the order they came. */
  readonly waiting: Waiting[] = []
  /** Sign-ins whose credentials are being checked; each may turn out a failure, so each holds a place in the bucket. */
  checking = 0
  cancelTimer: (() => void) | undefined
  loggedAt = Number.NEGATIVE_INFINITY
  #lastFailureAt = Number.NEGATIVE_INFINITY
  #filled = 0

  constructor(key: string, limits: AddressLimits) {
    this.key = key
    this.#limits = limits
  }

  fail(now: number): void {
    this.#filled = this.#fillAt(now) + 1
    this.#lastFailureAt = now
  }

  /** As if none of its failures had been. */
  forgive(): void {
    this.#filled = 0
    this.#lastFailureAt = Number.NEGATIVE_INFINITY
  }

  /** Is a failure of it on record? */
  hasFailed(now: number): boolean {
    return now - this.#lastFailureAt < this.#limits.signInWindowSeconds * 1_000
  }

  /** May one more be checked, now? */
  hasPlace(now: number): boolean {
    return this.#fillAt(now) + this.checking < this.#limits.signInFailuresPerAddressMax
  }

  /** Is the bucket full of failures, so that even an idle address would wait? */
  isExhausted(now: number): boolean {
    return this.#fillAt(now) >= this.#limits.signInFailuresPerAddressMax
  }

  /** Are most of its places taken by failures? Then it is guessing, rather than many behind one address. */
  isSuspect(now: number): boolean {
    return this.#fillAt(now) * 2 > this.#limits.signInFailuresPerAddressMax
  }

  /** Failures that have not leaked away yet. */
  failuresAt(now: number): number {
    return this.#fillAt(now)
  }

  /** Milliseconds until time alone makes a place; Infinity if it takes the end of a check. */
  untilPlace(now: number): number {
    const toLeak = this.#filled + this.checking + 1 - this.#limits.signInFailuresPerAddressMax
    if (toLeak > this.#filled) return Number.POSITIVE_INFINITY
    const leaksAt = this.#lastFailureAt + (toLeak * 1_000) / this.#limits.signInFailuresPerSecond
    return Math.max(0, leaksAt - now)
  }

  /**
   * One place is free again for each whole 1/`signInFailuresPerSecond` since the last failure, never for a part of it: so the
   * failures that fill the bucket do not empty it meanwhile, and once it is full they come one by one.
   */
  #fillAt(now: number): number {
    if (this.#filled === 0) return 0
    const leaked = ((now - this.#lastFailureAt) * this.#limits.signInFailuresPerSecond) / 1_000
    return Math.max(0, this.#filled - Math.floor(leaked + ROUNDING))
  }
}

const ROUNDING = 1e-6
