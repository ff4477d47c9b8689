import type { Clock } from './ports/clock.ts'

/** A clock that remembers what is still to come, so that a stopped host leaves nothing behind. */
export class Timers implements Clock {
  #clock: Clock
  #cancels = new Set<() => void>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now(): number {
    return this.#clock.now()
  }

  after(milliseconds: number, callback: () => void): () => void {
    const cancelTimer = this.#clock.after(milliseconds, () => {
      this.#cancels.delete(cancel)
      callback()
    })
    const cancel = () => {
      this.#cancels.delete(cancel)
      cancelTimer()
    }
    this.#cancels.add(cancel)
    return cancel
  }

  cancelAll(): void {
    for (const cancel of this.#cancels) cancel()
  }
}
