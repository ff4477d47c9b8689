import type { Uid, Vin } from '@pillion/schema'
import type { AppStore } from './ports/app-store.ts'

/** While answers that may be stale are given, the store is asked again every so often. */
const AWAY_MILLISECONDS = 1_000

export interface EligibilityOptions {
  readonly apps: AppStore
  readonly answersMax: number
  /** Answers that were given while the store was away may have been stale: whoever keeps one must ask again. */
  stale?(): void
}

/**
 * Remembers whether a vehicle is subscribed to any app of a partner, so that most publications are decided
 * without a promise. Bounded: the oldest answer makes room.
 */
export class Eligibility {
  readonly #options: EligibilityOptions
  readonly #answers = new Map<string, Answer>()
  #generation = 0
  /** Of each vehicle that was named in a change: answers of before are wrong, whatever becomes of the store. */
  readonly #changed = new Map<Vin, number>()
  #away: NodeJS.Timeout | undefined

  constructor(options: EligibilityOptions) {
    this.#options = options
  }

  /**
   * At once if remembered. While the store is away, what was true is better than nothing, unless it is known that this very
   * vehicle has changed.
   */
  check(vin: Vin, uid: Uid): boolean | Promise<boolean> {
    const known = this.#answers.get(`${vin}/${uid}`)
    if (known?.generation === this.#generation) return known.isEligible
    const usable =
      known !== undefined && known.generation >= (this.#changed.get(vin) ?? 0) ? known : undefined
    // It would be waited for in vain, by everybody.
    if (usable !== undefined && this.#away !== undefined) return usable.isEligible
    return this.#ask(vin, uid, usable)
  }

  /** Subscriptions have changed: those of these vehicles, or nobody knows whose. */
  forget(vins: readonly Vin[] = []): void {
    this.#generation++
    for (const vin of vins) {
      this.#changed.delete(vin)
      this.#changed.set(vin, this.#generation)
    }
    // Of those that are forgotten here, answers of before are not known any more to be wrong: they go as well.
    if (this.#changed.size > this.#options.answersMax) {
      this.#changed.clear()
      this.#answers.clear()
    }
  }

  async #ask(vin: Vin, uid: Uid, known: Answer | undefined): Promise<boolean> {
    const key = `${vin}/${uid}`
    for (;;) {
      const generation = this.#generation
      let isEligible: boolean
      try {
        isEligible = await this.#options.apps.isSubscribed(vin, uid)
      } catch (cause) {
        if (known === undefined || known.generation < (this.#changed.get(vin) ?? 0)) throw cause
        this.#askLater(vin, uid)
        return known.isEligible
      }
      // A change while we waited may have made the answer stale, and nobody would ever correct it: ask again.
      if (generation !== this.#generation) continue
      if (!this.#answers.has(key) && this.#answers.size >= this.#options.answersMax) this.#forgetOldest()
      this.#answers.set(key, { isEligible, generation })
      return isEligible
    }
  }

  /** One asks for all: they keep what they were told, and would never ask. */
  #askLater(vin: Vin, uid: Uid): void {
    this.#away ??= setTimeout(async () => {
      const isBack = await this.#options.apps.isSubscribed(vin, uid).then(
        () => true,
        () => false,
      )
      this.#away = undefined
      if (isBack) this.#options.stale?.()
      else this.#askLater(vin, uid)
    }, AWAY_MILLISECONDS).unref()
  }

  #forgetOldest(): void {
    for (const oldest of this.#answers.keys()) {
      this.#answers.delete(oldest)
      return
    }
  }
}

interface Answer {
  readonly isEligible: boolean
  readonly generation: number
}
