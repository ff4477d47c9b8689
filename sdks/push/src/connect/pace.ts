import { PushConnectionError } from './connection-error.ts'
import type { LinkEnd } from './link.ts'

export interface Pause {
  readonly seconds: number
  readonly error: PushConnectionError
}

const secondsMin = 0.5
const secondsMax = 60
/** A connection that held so long counts as good: the next failure is a first one. */
const goodSeconds = 60
/** Two devices that take over from each other end up here, at the last one; so that is shorter than a peaceful time. */
const takeOverSeconds = [1, 5, 30, 120, 300]
const peacefulSeconds = 600
const loopTakeOvers = 3

const advice =
  'Another device or browser with the same login keeps taking this connection over; a user or thing has one at a time. ' +
  'Log in as somebody else there, or close one of the two.'

/** How long to wait before the next attempt, and what to tell meanwhile. */
export class Pace {
  readonly #random: () => number
  #failures = 0
  #takeOvers = 0
  #refusals = 0

  constructor(random: () => number = Math.random) {
    this.#random = random
  }

  /** @param heldSeconds how long the connection stood */
  next(end: LinkEnd, heldSeconds: number): Pause {
    if (heldSeconds >= goodSeconds) this.#failures = 0
    if (heldSeconds >= peacefulSeconds) this.#takeOvers = 0
    if (heldSeconds > 0) this.#refusals = 0
    if (end.kind === 'taken_over') return this.#afterTakeOver(end)
    const seconds = Math.min(secondsMax, secondsMin * 2 ** this.#failures++)
    // The first refusal may only say that the endpoint has expired.
    const isRefused = end.kind === 'refused' && this.#refusals++ > 0
    const error = new PushConnectionError(isRefused ? 'SIGN_IN_REFUSED' : 'CONNECTION_LOST', end.text)
    return { seconds: this.#jitter(seconds), error }
  }

  #afterTakeOver({ text }: LinkEnd): Pause {
    const seconds = takeOverSeconds[Math.min(this.#takeOvers, takeOverSeconds.length - 1)] ?? 0
    this.#takeOvers += 1
    const error =
      this.#takeOvers < loopTakeOvers
        ? new PushConnectionError('TAKEN_OVER', text)
        : new PushConnectionError('TAKE_OVER_LOOP', advice)
    return { seconds: this.#jitter(seconds), error }
  }

  /** Up to a half less, so that many clients do not return to a restarted server in the same instant. */
  #jitter(seconds: number): number {
    return seconds * (0.5 + this.#random() / 2)
  }
}
