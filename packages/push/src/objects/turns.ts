import { setImmediate } from 'node:timers/promises'

/** For work in pieces that is done for many at once: one piece in a turn of the event loop, in the order of asking. */
export class Turns {
  #last: Promise<void> = Promise.resolve()

  /** Resolves when it is the turn of whoever asks. */
  next(): Promise<void> {
    this.#last = this.#last.then(() => setImmediate())
    return this.#last
  }
}
