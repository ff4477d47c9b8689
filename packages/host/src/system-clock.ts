import type { Clock } from './ports/clock.ts'

/** The time of the machine, in a browser as in Node. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds)
    return () => clearTimeout(timer)
  },
}
