import type { Uid, Vin } from '@pillion/schema'
import type { AppStore } from './ports/app-store.ts'

/**
 * Remembers whether a vehicle is subscribed to any app of a partner, so that most publications are decided
 * without a promise. Bounded: the oldest answer makes room.
 */
export class Eligibility {
  readonly #apps: AppStore
  readonly #answersMax: number
  readonly #answers = new Map<string, boolean>()
  #generation = 0

  constructor(apps: AppStore, answersMax: number) {
    this.#apps = apps
    this.#answersMax = answersMax
  }

  /** At once if remembered. */
  check(vin: Vin, uid: Uid): boolean | Promise<boolean> {
    return this.#answers.get(`${vin}/${uid}`) ?? this.#ask(vin, uid)
  }

  /** Subscriptions have changed. */
  forget(): void {
    this.#generation++
    this.#answers.clear()
  }

  async #ask(vin: Vin, uid: Uid): Promise<boolean> {
    for (;;) {
      const generation = this.#generation
      const answer = await this.#apps.isSubscribed(vin, uid)
      // A change while we waited may have made the answer stale, and nobody would ever correct it: ask again.
      if (generation !== this.#generation) continue
      if (this.#answers.size >= this.#answersMax) this.#forgetOldest()
      this.#answers.set(`${vin}/${uid}`, answer)
      return answer
    }
  }

  #forgetOldest(): void {
    for (const oldest of this.#answers.keys()) {
      this.#answers.delete(oldest)
      return
    }
  }
}
