import type { PopupOutcome } from '@pillion/schema'
import type { DropReason } from './drop-reasons.ts'
import type { HostLimits } from './host-limits.ts'
import type { Journal } from './journal.ts'
import type { Clock } from './ports/clock.ts'
import type { NotificationKey, PopupKind } from './view.ts'

export interface PopupRequest {
  readonly idApp: string
  readonly kind: PopupKind
  readonly text: string
  /** false: there is no OK button, only the Return arrow (W 3.2). */
  readonly button: boolean
  /** Whose prompt it is (W 7.4). */
  readonly notification?: NotificationKey
  /** By default yes. One that may not when its turn has come, or no longer, goes without an outcome. */
  mayShow?(): boolean
  /** It is on screen now. */
  shown(): void
  /** Called once, after it was on screen. */
  closed(outcome: PopupOutcome): void
  /** It was taken away without an outcome, on screen or not, for a reason that whoever asked for it can be told. */
  dropped?(reason: DropReason): void
}

/** The one popup layer of the head unit (W 7.1): first in, first shown, at a pace. */
export class PopupQueue {
  #clock: Clock
  #limits: HostLimits
  #journal: Journal
  #changed: () => void
  #waiting: PopupRequest[] = []
  #displayed: { request: PopupRequest; closesAt: number; cancelTimer: () => void } | undefined
  #nextShownAt = Number.NEGATIVE_INFINITY
  #cancelNext = () => {}

  /** `changed` is called after each change of what is displayed or waiting, before `shown` or `closed`. */
  constructor(options: { clock: Clock; limits: HostLimits; journal: Journal; changed: () => void }) {
    this.#clock = options.clock
    this.#limits = options.limits
    this.#journal = options.journal
    this.#changed = options.changed
  }

  get displayed(): { readonly request: PopupRequest; readonly closesAt: number } | undefined {
    return this.#displayed
  }

  /** The displayed one included. */
  get outstanding(): number {
    return this.#waiting.length + (this.#displayed ? 1 : 0)
  }

  get isFull(): boolean {
    return this.outstanding >= this.#limits.popupQueueMax
  }

  /** false: refused, as many as allowed are outstanding. */
  ask(request: PopupRequest): boolean {
    if (this.isFull) {
      this.#journal.note('popup_refused', request.idApp, 'The popup queue is full (W 7.1).')
      return false
    }
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

  /** Takes popups away without an outcome; without a `reason` nobody is told. */
  forget(matches: (request: PopupRequest) => boolean, reason?: DropReason): void {
    const displayed = this.#displayed?.request
    const gone = [...(displayed ? [displayed] : []), ...this.#waiting].filter(matches)
    if (gone.length === 0) return
    this.#waiting = this.#waiting.filter((request) => !gone.includes(request))
    if (displayed && gone.includes(displayed)) this.#takeDown()
    this.#changed()
    if (reason) for (const request of gone) request.dropped?.(reason)
    this.#showNext()
  }

  /** Takes the displayed one away if it may not be shown any longer. */
  review(): void {
    const request = this.#displayed?.request
    if (request?.mayShow?.() === false) this.forget((other) => other === request)
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
    const request = this.#takeNext()
    if (request) this.#show(request, now)
    this.#changed()
    request?.shown()
  }

  #takeNext(): PopupRequest | undefined {
    for (let request = this.#waiting.shift(); request; request = this.#waiting.shift()) {
      if (request.mayShow?.() !== false) return request
    }
    return undefined
  }

  #show(request: PopupRequest, now: number): void {
    const { promptDisplaySeconds, popupDisplaySeconds, popupSpacingSeconds } = this.#limits
    const displaySeconds = request.kind === 'prompt' ? promptDisplaySeconds : popupDisplaySeconds
    this.#nextShownAt = now + popupSpacingSeconds * 1000
    const cancelTimer = this.#clock.after(displaySeconds * 1000, () => this.#close('timeout'))
    this.#displayed = { request, closesAt: now + displaySeconds * 1000, cancelTimer }
    this.#journal.note('popup_shown', request.idApp, request.text)
  }

  #close(outcome: PopupOutcome): void {
    const request = this.#takeDown()
    if (request) this.#journal.note('popup_closed', request.idApp, `The popup closed: ${outcome}.`)
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
