import type { Payload } from '@pillion/schema'
import type { AppFrames } from './app-frames.ts'
import type { HostState } from './host-state.ts'
import type { HostedApp } from './hosted-app.ts'

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

  constructor(host: HostState, frames: AppFrames) {
    this.#host = host
    this.#frames = frames
  }

  deliver(app: HostedApp, delivery: Delivery): void {
    if (app.state === 'foreground') this.#post(app, delivery)
    else this.keep(app, delivery)
  }

  #post(app: HostedApp, { value, text, subtopic }: Delivery): void {
    this.#frames.post(app, { type: 'WebPortal.onCurrentNotificationReceived', value })
    this.#frames.post(app, { type: 'WebPortal.MQTT.evt.messageReceived', payload: text, subtopic })
  }

  /** Into the pending buffer, whatever the app's state. */
  keep(app: HostedApp, { value }: Delivery): void {
    const { added, fallen } = app.pending.add(value)
    this.#host.journal.note('pending', app.idApp, `Kept for the app; ${app.pending.entries.length} waiting.`)
    if (fallen) this.#host.journal.drop('pending_overflow', app.idApp, fallen.value)
    this.#frames.sendPending(app, [added])
    this.#host.changed()
  }
}
