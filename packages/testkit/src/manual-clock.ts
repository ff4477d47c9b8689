import type { Clock } from '@pillion/host'

/** Time that stands still until it is turned by hand. */
export class ManualClock implements Clock {
  #now: number
  #timers: { at: number; callback: () => void }[] = []

  constructor(now = Date.UTC(2030, 0, 1)) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, milliseconds), callback }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /**
   * Moves on and runs what falls due, including what that starts: in order of time, first set first among
   * equals, each at its own time.
   */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds
    for (let timer = this.#takeDue(end); timer; timer = this.#takeDue(end)) {
      this.#now = timer.at
      timer.callback()
    }
    this.#now = end
  }

  /** How many callbacks are still to come. */
  get waiting(): number {
    return this.#timers.length
  }

  #takeDue(end: number): { at: number; callback: () => void } | undefined {
    let due: { at: number; callback: () => void } | undefined
    for (const timer of this.#timers) if (timer.at <= end && (!due || timer.at < due.at)) due = timer
    this.#timers = this.#timers.filter((timer) => timer !== due)
    return due
  }
}
