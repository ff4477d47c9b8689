import { type Payload, type PopupOutcome, popupActions } from '@pillion/schema'
import type { AppFrames } from './app-frames.ts'
import type { Deliveries, Delivery } from './delivery.ts'
import type { HostedApp } from './hosted-app.ts'
import type { Lifecycle } from './lifecycle.ts'

/** Who gets which outcome of a popup from a back end: the table of W 6.3. */
export class PopupOutcomes {
  #frames: AppFrames
  #deliveries: Deliveries
  #lifecycle: Lifecycle
  #okOpensApp: boolean

  constructor(options: {
    frames: AppFrames
    deliveries: Deliveries
    lifecycle: Lifecycle
    okOpensApp: boolean
  }) {
    this.#frames = options.frames
    this.#deliveries = options.deliveries
    this.#lifecycle = options.lifecycle
    this.#okOpensApp = options.okOpensApp
  }

  /** First to third row. */
  settle(app: HostedApp, popup: { payload: Payload; subtopic: string }, outcome: PopupOutcome): void {
    const delivery = outcomeDelivery(popup, outcome)
    if (outcome === 'cancel') this.#deliveries.keep(app, delivery)
    else if (outcome === 'ok' && this.#okOpensApp) this.#lifecycle.openWith(app, { delivery })
    else this.#deliveries.deliver(app, delivery)
  }

  /** Fourth row: the queue was full. */
  refuse(app: HostedApp, popup: { payload: Payload; subtopic: string }): void {
    this.#deliveries.keep(app, outcomeDelivery(popup, 'timeout'))
    this.#frames.post(app, { type: 'WebPortal.OverflowPopup' })
  }

  /** Fourth row: it came while the head unit was away, and is not shown late (W 9.3). */
  miss(app: HostedApp, popup: { payload: Payload; subtopic: string }): void {
    this.#deliveries.keep(app, outcomeDelivery(popup, 'timeout'))
  }
}

function outcomeDelivery(
  { payload, subtopic }: { payload: Payload; subtopic: string },
  outcome: PopupOutcome,
): Delivery {
  const value = { ...payload, popupAction: popupActions[outcome] }
  return { value, text: JSON.stringify(value), subtopic }
}
