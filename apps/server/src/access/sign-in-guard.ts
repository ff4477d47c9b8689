import type { Logger } from 'pino'
import type { Limits } from '../limits.ts'
import { addressKey } from './address-key.ts'
import { type AddressLimits, AddressRecord, type Waiting } from './address-record.ts'
import { FailedNames, type FailedNamesLimits } from './failed-names.ts'

export type SignInLimits = AddressLimits &
  FailedNamesLimits &
  Pick<Limits, 'signInHeldPerAddressMax' | 'signInHeldMax' | 'signInAddressesMax' | 'connectSeconds'>

/** Who wants to sign in, as far as is known before anything is checked. */
export interface SignIn {
  readonly address: string
  /** Absent: it names nobody, as a token does not. */
  readonly name?: string | undefined
}

/** What a check found wrong. `reason` in snake_case; is there anybody of that name? */
export interface SignInFailure {
  readonly reason: string
  readonly isKnownName: boolean
}

/** Not checked, and not to be answered. */
export class HeldBack {
  readonly reason: 'sign_in_rate_exceeded' | 'sign_in_account_locked'
  /** When it may be worth trying again. */
  readonly retrySeconds: number

  constructor(reason: HeldBack['reason'], waitMilliseconds: number) {
    this.reason = reason
    this.retrySeconds = Math.max(1, Math.ceil(waitMilliseconds / 1_000))
  }
}

/** Who is held back because of earlier failures. */
export interface GuardBan {
  readonly kind: 'address' | 'identity'
  readonly name: string
  readonly failures: number
  /** Until one more attempt is let through. */
  readonly waitMilliseconds: number
}

export interface Clock {
  /** Milliseconds. */
  now(): number
  /** Calls back once; returns the way to call it off. */
  after(milliseconds: number, callback: () => void): () => void
}

const LOG_EVERY_MS = 60_000

/**
 * Slows guessing down, and nobody else. Each address has a bucket of failures that leaks; a sign-in takes a place in it
 * before its credentials are checked and gives it back unless they are wrong. Without a place it waits its turn, so no
 * address learns more than the bucket allows, however many it tries at once, and thousands of rightful clients behind one
 * address pass as fast as they can be checked. A name with too many failures is only checked for addresses without any,
 * which is how its owner still gets in.
 */
export class SignInGuard {
  readonly #limits: SignInLimits
  readonly #log: Pick<Logger, 'warn'>
  readonly #clock: Clock
  /** Without failures; only while they have something to check. */
  readonly #clean = new Map<string, AddressRecord>()
  /** The one that failed last is the last one. */
  readonly #failed = new Map<string, AddressRecord>()
  readonly #names: FailedNames
  readonly #failures = new Map<string, number>()
  readonly #heldBack = { sign_in_rate_exceeded: 0, sign_in_account_locked: 0 }
  #waiting = 0

  constructor(options: { limits: SignInLimits; log: Pick<Logger, 'warn'>; clock?: Clock }) {
    this.#limits = options.limits
    this.#log = options.log
    this.#clock = options.clock ?? systemClock
    this.#names = new FailedNames(options.limits)
  }

  /**
   * Checks credentials when it is their turn.
   * @param verify whatever it throws or rejects with is passed on and counts as no failure
   * @param failureOf undefined if the answer is none
   */
  async check<Answer>(
    { address, name }: SignIn,
    verify: () => Answer | Promise<Answer>,
    failureOf: (answer: Answer) => SignInFailure | undefined,
  ): Promise<Answer | HeldBack> {
    const record = this.#record(addressKey(address))
    const reason = await this.#enter(record, name)
    if (reason !== undefined) return this.#holdBack(reason, record, name)
    let failure: SignInFailure | undefined
    try {
      const answer = await verify()
      failure = failureOf(answer)
      // Checked beside others, or because its address was without failures: the name has had its answers all the same.
      const isLocked = failure !== undefined && this.#names.waitOf(name, this.#clock.now()) > 0
      return isLocked ? this.#holdBack('sign_in_account_locked', record, name) : answer
    } finally {
      this.#leave(record, name, failure)
    }
  }

  /** For those who can be told to come back: are they to wait for longer than others' checks take? Counts as held back. */
  holdBack({ address, name }: SignIn): HeldBack | undefined {
    const record = this.#record(addressKey(address))
    const now = this.#clock.now()
    if (this.#isLockedFor(record, name, now)) return this.#holdBack('sign_in_account_locked', record, name)
    return record.isExhausted(now) ? this.#holdBack('sign_in_rate_exceeded', record, name) : undefined
  }

  /** Numbers by reason, since the start; `waiting` is now. */
  counts(): { failures: Record<string, number>; heldBack: Record<string, number>; waiting: number } {
    return {
      failures: Object.fromEntries(this.#failures),
      heldBack: { ...this.#heldBack },
      waiting: this.#waiting,
    }
  }

  /** Addresses and names that are held back now. */
  listBans(): GuardBan[] {
    const now = this.#clock.now()
    const addresses = [...this.#failed.values()]
      .filter((record) => record.isExhausted(now))
      .map((record) => {
        const failures = record.failuresAt(now)
        return {
          kind: 'address' as const,
          name: record.key,
          failures,
          waitMilliseconds: record.untilPlace(now),
        }
      })
    const names = this.#names.listLocked(now).map((each) => ({ kind: 'identity' as const, ...each }))
    return [...addresses, ...names]
  }

  /** Forgets the failures of an address, as `listBans` names it, or of a name; who waited goes on. False if there were none. */
  liftBan(kind: GuardBan['kind'], name: string): boolean {
    if (kind === 'identity') return this.#names.forget(name)
    const record = this.#failed.get(name)
    if (record === undefined) return false
    this.#failed.delete(name)
    record.forgive()
    if (record.checking > 0 || record.waiting.length > 0) this.#clean.set(name, record)
    this.#callUp(record, this.#clock.now())
    return true
  }

  /** Addresses and names that are remembered. */
  get size(): { addresses: number; names: number } {
    return { addresses: this.#clean.size + this.#failed.size, names: this.#names.size }
  }

  #record(key: string): AddressRecord {
    return this.#failed.get(key) ?? this.#clean.get(key) ?? new AddressRecord(key, this.#limits)
  }

  /** Undefined, at once or when it is its turn: it may be checked, and must leave. Otherwise why not. */
  #enter(
    record: AddressRecord,
    name: string | undefined,
  ): HeldBack['reason'] | undefined | Promise<HeldBack['reason'] | undefined> {
    const now = this.#clock.now()
    if (this.#isLockedFor(record, name, now)) return 'sign_in_account_locked'
    if (!this.#failed.has(record.key)) this.#clean.set(record.key, record)
    if (record.waiting.length === 0 && this.#isTurnOf(record, name, now)) {
      record.checking++
      return undefined
    }
    if (record.isExhausted(now)) this.#logHeld(record, now)
    if (
      record.waiting.length >= this.#waitingMax(record, now) ||
      this.#waiting >= this.#limits.signInHeldMax
    ) {
      return 'sign_in_rate_exceeded'
    }
    return new Promise((resolve) => {
      record.waiting.push({ name, until: now + this.#limits.connectSeconds * 1_000, resolve })
      this.#waiting++
      this.#wakeLater(record, now)
    })
  }

  #leave(record: AddressRecord, name: string | undefined, failure: SignInFailure | undefined): void {
    const now = this.#clock.now()
    record.checking--
    if (failure !== undefined) this.#remember(record, name, failure, now)
    this.#callUp(record, now)
    if (record.checking === 0 && record.waiting.length === 0) this.#clean.delete(record.key)
  }

  #remember(record: AddressRecord, name: string | undefined, failure: SignInFailure, now: number): void {
    const { reason, isKnownName } = failure
    this.#failures.set(reason, (this.#failures.get(reason) ?? 0) + 1)
    record.fail(now)
    this.#clean.delete(record.key)
    this.#failed.delete(record.key)
    this.#failed.set(record.key, record)
    const [oldest] = this.#failed.values()
    if (oldest && (this.#failed.size > this.#limits.signInAddressesMax || !oldest.hasFailed(now)))
      this.#failed.delete(oldest.key)
    if (this.#names.add(name, isKnownName, now))
      this.#log.warn({ name, reason: 'sign_in_account_locked' }, 'too many wrong passwords for this name')
    const waitingMax = this.#waitingMax(record, now)
    while (record.waiting.length > waitingMax) this.#dismiss(record.waiting.pop(), 'sign_in_rate_exceeded')
  }

  /** Lets in whoever's turn it is, and turns away who waited for too long. */
  #callUp(record: AddressRecord, now: number): void {
    for (let next = record.waiting[0]; next !== undefined; next = record.waiting[0]) {
      const isLocked = this.#isLockedFor(record, next.name, now)
      const isLate = next.until <= now
      if (!isLocked && !isLate && !this.#isTurnOf(record, next.name, now)) break
      record.waiting.shift()
      if (isLocked) this.#dismiss(next, 'sign_in_account_locked')
      else if (isLate) this.#dismiss(next, 'sign_in_rate_exceeded')
      else {
        record.checking++
        this.#dismiss(next, undefined)
      }
    }
    this.#wakeLater(record, now)
  }

  #dismiss(waiting: Waiting | undefined, refusal: HeldBack['reason'] | undefined): void {
    if (waiting === undefined) return
    this.#waiting--
    waiting.resolve(refusal)
  }

  #wakeLater(record: AddressRecord, now: number): void {
    record.cancelTimer?.()
    record.cancelTimer = undefined
    const [next] = record.waiting
    if (next === undefined) return
    const wait = Math.max(1, Math.ceil(Math.min(next.until - now, record.untilPlace(now))))
    record.cancelTimer = this.#clock.after(wait, () => {
      this.#callUp(record, this.#clock.now())
      if (record.checking === 0 && record.waiting.length === 0) this.#clean.delete(record.key)
    })
  }

  #isLockedFor(record: AddressRecord, name: string | undefined, now: number): boolean {
    return record.hasFailed(now) && this.#names.waitOf(name, now) > 0
  }

  #isTurnOf(record: AddressRecord, name: string | undefined, now: number): boolean {
    // A locked name, from an address without failures: one at a time, or it could be tried a bucketful at once.
    if (record.checking > 0 && this.#names.waitOf(name, now) > 0) return false
    return record.hasPlace(now)
  }

  /** Behind one address may be many who only wait for each other's checks. */
  #waitingMax(record: AddressRecord, now: number): number {
    return record.isSuspect(now) ? this.#limits.signInHeldPerAddressMax : this.#limits.signInHeldMax
  }

  #holdBack(reason: HeldBack['reason'], record: AddressRecord, name: string | undefined): HeldBack {
    const now = this.#clock.now()
    this.#heldBack[reason]++
    if (reason === 'sign_in_rate_exceeded') this.#logHeld(record, now)
    return new HeldBack(
      reason,
      reason === 'sign_in_rate_exceeded' ? record.untilPlace(now) : this.#names.waitOf(name, now),
    )
  }

  #logHeld(record: AddressRecord, now: number): void {
    if (now - record.loggedAt < LOG_EVERY_MS) return
    record.loggedAt = now
    this.#log.warn(
      { address: record.key, reason: 'sign_in_rate_exceeded' },
      'too many wrong passwords from this address: its sign-ins are held back',
    )
  }
}

const systemClock: Clock = {
  now: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds).unref()
    return () => clearTimeout(timer)
  },
}
