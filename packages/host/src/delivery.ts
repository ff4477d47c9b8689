import type { Payload } from '@pillion/schema'
import type { AppFrames } from './app-frames.ts'
import type { DropReason } from './drop-reasons.ts'
import type { HostState } from './host-state.ts'
import type { HostedApp } from './hosted-app.ts'
import type { Receipts } from './receipts.ts'

/** One message on its way to an app (W 3.4). */
export interface Delivery {
  readonly value: Payload
  /** `value` as JSON text, for `MQTT.evt.messageReceived`. */
  readonly text: string
  /** '' if there was none. */
  readonly subtopic: string
}

/** Where a message for an app goes: posted in foreground (W 6.1), kept in background (W 6.2). */
export class Deliveries {
  #host: HostState
  #frames: AppFrames
  #receipts: Receipts

  constructor(host: HostState, frames: AppFrames, receipts: Receipts) {
    this.#host = host
    this.#frames = frames
    this.#receipts = receipts
  }

  deliver(app: HostedApp, delivery: Delivery): 'taken' | 'pending' {
    if (app.state !== 'foreground') return this.keep(app, delivery)
    this.#post(app, delivery)
    return 'taken'
  }

  #post(app: HostedApp, { value, text, subtopic }: Delivery): void {
    this.#frames.post(app, { type: 'WebPortal.onCurrentNotificationReceived', value })
    this.#frames.post(app, { type: 'WebPortal.MQTT.evt.messageReceived', payload: text, subtopic })
  }

  /** Into the pending buffer, whatever the app's state. */
  keep(app: HostedApp, { value }: Pick<Delivery, 'value'>): 'pending' {
    const { added, fallen } = app.pending.add(value)
    this.#host.journal.note('pending', app.idApp, `Kept for the app; ${app.pending.entries.length} waiting.`)
    if (fallen) this.#drop(app, fallen.value, 'pending_overflow')
    this.#frames.sendPending(app, [added])
    this.#host.changed()
    return 'pending'
  }

  /** What is kept for the app is given up. */
  discard(app: HostedApp, reason: DropReason): void {
    for (const { value } of app.pending.entries) this.#drop(app, value, reason)
    app.pending.clear()
  }

  /** The outcome of a popup has been told its partner already. */
  #drop(app: HostedApp, value: Payload, reason: DropReason): void {
    this.#host.journal.drop(reason, app.idApp, value)
    if (!Object.hasOwn(value, 'popupAction')) this.#receipts.tell(app.uid, value, 'dropped', reason)
  }
}
