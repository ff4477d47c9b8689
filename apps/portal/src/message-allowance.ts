/** As many messages as an app may post at once, and each second in the long run. */
export const burstMax = 1_000
export const perSecond = 200
/** A message that keeps the page longer counts as one more for each millisecond: a large one costs its app next to nothing to post. */
export const freeMilliseconds = 4

/**
 * How many messages of one app the page still takes. An app that posts in an endless loop would otherwise
 * keep the page busy with nothing else; a burst such as an app sends at its start passes whole.
 */
export class MessageAllowance {
  #left = burstMax
  #filledAt: number

  /** Milliseconds on any steady clock. */
  constructor(now: number) {
    this.#filledAt = now
  }

  take(now: number): boolean {
    const earned = ((now - this.#filledAt) / 1_000) * perSecond
    this.#left = Math.min(burstMax, this.#left + earned)
    this.#filledAt = now
    if (this.#left < 1) return false
    this.#left--
    return true
  }

  /** So long did the page work on the one it took. At worst the app is heard again after some seconds: the machine may have slept. */
  spend(milliseconds: number): void {
    if (milliseconds > freeMilliseconds) this.#left = Math.max(-burstMax, this.#left - milliseconds)
  }
}
