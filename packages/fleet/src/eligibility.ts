import type { Uid, Vin } from '@pillion/schema'
import type { AppStore } from './ports/app-store.ts'

/**
 * Remembers whether a vehicle is subscribed to any app of a partner, so that most publications are decided
 * without a promise. Bounded: the oldest answer makes room.
 */
export class Eligibility {
  readonly #apps: AppStore
  readonly #answersMax: number
  readonly #answers = new Map<string, Answer>()
  #generation = 0

  constructor(apps: AppStore, answersMax: number) {
    this.#apps = apps
    this.#answersMax = answersMax
  }

  /** At once if remembered. While the store is away, what was true before the last change is better than nothing. */
  check(vin: Vin, uid: Uid): boolean | Promise<boolean> {
    const known = this.#answers.get(`${vin}/${uid}`)
    return known?.generation === this.#generation ? known.isEligible : this.#ask(vin, uid, known)
  }

  /** Subscriptions have changed. */
  forget(): void {
    this.#generation++
  }

  async #ask(vin: Vin, uid: Uid, known: Answer | undefined): Promise<boolean> {
    for (;;) {
      const generation = this.#generation
      let isEligible: boolean
      try {
        isEligible = await this.#apps.isSubscribed(vin, uid)
      } catch (cause) {
        if (known === undefined) throw cause
        return known.isEligible
      }
      // A change while we waited may have made the answer stale, and nobody would ever correct it: ask again.
      if (generation !== this.#generation) continue
      if (known === undefined && this.#answers.size >= this.#answersMax) this.#forgetOldest()
      this.#answers.set(`${vin}/${uid}`, { isEligible, generation })
      return isEligible
    }
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
