import type { PopupOutcome } from '@pillion/schema'
import type { HostLimits } from './host-limits.ts'
import type { Clock } from './ports/clock.ts'

export interface PopupRequest {
  readonly idApp: string
  readonly text: string
  /** false: there is no OK button, only the Return arrow (W 3.2). */
  readonly button: boolean
  /** It is on screen now. */
  shown(): void
  /** Called once, after it was on screen. */
  closed(outcome: PopupOutcome): void
}

/** The one popup layer of the head unit (W 7.1): first in, first shown, at a pace. */
export class PopupQueue {
  #clock: Clock
  #limits: HostLimits
  #changed: () => void
  #waiting: PopupRequest[] = []
  #displayed: { request: PopupRequest; closesAt: number; cancelTimer: () => void } | undefined
  #nextShownAt = Number.NEGATIVE_INFINITY
  #cancelNext = () => {}

  /** `changed` is called after each change of what is displayed or waiting. */
  constructor(options: { clock: Clock; limits: HostLimits; changed: () => void }) {
    this.#clock = options.clock
    this.#limits = options.limits
    this.#changed = options.changed
  }

  get displayed(): { readonly request: PopupRequest; readonly closesAt: number } | undefined {
    return this.#displayed
  }

  /** The displayed one included. */
  get outstanding(): number {
    return this.#waiting.length + (this.#displayed ? 1 : 0)
  }

  /** false: refused, as many as allowed are outstanding. */
  ask(request: PopupRequest): boolean {
    if (this.outstanding >= this.#limits.popupQueueMax) return false
    this.#waiting.push(request)
    this.#changed()
    this.#showNext()
    return true
  }

  pressOk(): void {
    if (this.#displayed?.request.button) this.#close('ok')
  }

  pressReturn(): void {
    if (this.#displayed) this.#close('cancel')
  }

  /** Takes away an app's popups without an outcome. */
  forget(idApp: string): void {
    this.#waiting = this.#waiting.filter((request) => request.idApp !== idApp)
    if (this.#displayed?.request.idApp === idApp) this.#takeDown()
    this.#changed()
    this.#showNext()
  }

  /** Shows the next one if nothing is displayed and the spacing has passed; else sees to it that it happens later. */
  #showNext(): void {
    this.#cancelNext()
    if (this.#displayed || this.#waiting.length === 0) return
    const now = this.#clock.now()
    // No longer than the spacing, even if the clock was put back meanwhile.
    this.#nextShownAt = Math.min(this.#nextShownAt, now + this.#limits.popupSpacingSeconds * 1000)
    if (now < this.#nextShownAt) {
      this.#cancelNext = this.#clock.after(this.#nextShownAt - now, () => this.#showNext())
      return
    }
    const request = this.#waiting.shift() as PopupRequest
    const displayMilliseconds = this.#limits.popupDisplaySeconds * 1000
    this.#nextShownAt = now + this.#limits.popupSpacingSeconds * 1000
    const cancelTimer = this.#clock.after(displayMilliseconds, () => this.#close('timeout'))
    this.#displayed = { request, closesAt: now + displayMilliseconds, cancelTimer }
    this.#changed()
    request.shown()
  }

  #close(outcome: PopupOutcome): void {
    const request = this.#takeDown()
    this.#changed()
    try {
      request?.closed(outcome)
    } finally {
      // Whatever became of this one, those behind it have their turn.
      this.#showNext()
    }
  }

  #takeDown(): PopupRequest | undefined {
    const displayed = this.#displayed
    displayed?.cancelTimer()
    this.#displayed = undefined
    return displayed?.request
  }
}
