/**
 * How long to wait before the next attempt to connect: doubles from 1 s to 30 s, and a random half of it
 * falls away, so that a fleet does not come back in step after the broker was gone.
 */
export class BackOff {
  #random: () => number
  #failures = 0

  /** `random` gives 0 ≤ x < 1. */
  constructor(random: () => number) {
    this.#random = random
  }

  /** Milliseconds. */
  next(): number {
    const whole = Math.min(waitMillisecondsMax, waitMillisecondsMin * 2 ** this.#failures)
    this.#failures += 1
    return this.#jitter(whole)
  }

  /** Milliseconds; for what does not heal by asking again soon, such as a refused sign-in. */
  longest(): number {
    return this.#jitter(waitMillisecondsMax)
  }

  reset(): void {
    this.#failures = 0
  }

  #jitter(milliseconds: number): number {
    return Math.round(milliseconds * (1 - this.#random() / 2))
  }
}

const waitMillisecondsMin = 1_000
export const waitMillisecondsMax = 30_000
