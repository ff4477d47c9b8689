import type { Payload } from './downlink.ts'

/**
 * The messages between the host page and an app's frame. The public ones are those of W 5.1 and 5.2; the
 * internal ones, marked by the key `pillion`, keep the injected globals (W 5.3) in step with the host and
 * are never seen by the app.
 */

/** App → host (W 5.1). */
export type AppMessage =
  | { type: 'WebPortal.onApplicationLoaded' }
  | { type: 'WebPortal.onSendNotificationRequest'; value?: unknown; topic?: string }
  | { type: 'WebPortal.MQTT.publish'; payload: string; subtopic?: string }

/** Host → app (W 5.2). */
export type HostMessage =
  | { type: 'WebPortal.onApplicationShow' }
  | { type: 'WebPortal.onApplicationHide' }
  | { type: 'WebPortal.onApplicationUnloaded' }
  | { type: 'WebPortal.onApplicationUpdated' }
  | { type: 'WebPortal.onCurrentNotificationReceived'; value: Payload }
  | { type: 'WebPortal.MQTT.evt.messageReceived'; payload: string; subtopic: string }
  | { type: 'WebPortal.MQTT.evt.messageDelivered'; messageId: number; subtopic: string }
  | { type: 'WebPortal.MQTT.evt.messageNotDelivered'; messageId: number; subtopic: string }
  | { type: 'WebPortal.OverflowPopup' }

export type PrivacyMode = 'Public' | 'Geoloc' | 'Private'

/**
 * What the injected globals answer from, synchronously. Present before the first app script runs
 * (`window.name` carries it into the frame) and replaced whole by each internal `state` message.
 */
export interface FrameState {
  readonly idApp: string
  /** Has the host taken this instance's onApplicationLoaded? Before it `getPendingNotifications` has an error (W 6.2). */
  readonly launched: boolean
  /** '' in Private mode (W 9.2). */
  readonly vin: string
  readonly privacyMode: PrivacyMode
  readonly online: boolean
  readonly focus: boolean
  /** 0 in Private mode (W 9.2). */
  readonly speedKmh: number
  readonly driving: boolean
  /** BCP 47, such as `en-GB`. */
  readonly language: string
  /** The country's name, such as `France`. */
  readonly country: string
}

/** One kept message (W 6.2); `sequence` counts up per app and never repeats. */
export interface PendingEntry {
  readonly sequence: number
  readonly value: Payload
}

/** Emitters of W 5.3 and the event names each fires. */
export interface FrameEvent {
  readonly emitter: 'Car' | 'Connectivity' | 'HMI' | 'HMI.Settings' | 'HMI.WebBrowser' | 'Privacy' | 'System'
  readonly name: string
}

/** Host → frame, internal. Getters answer from `state` before the app sees any later message or event. */
export type HostToFrame =
  | { pillion: 'state'; state: FrameState }
  | { pillion: 'event'; event: FrameEvent }
  /** Appends to the frame's copy of the pending buffer; the frame keeps at most `pendingMax`, newest. */
  | { pillion: 'pending'; entries: PendingEntry[] }

/** Frame → host, internal. */
export type FrameToHost =
  /** The globals are in place; sent once per document, so the host notices when an app reloads itself (W 4.2 row 12). */
  | { pillion: 'ready' }
  /** The document has loaded; sent just before the frame's own `load` event, which an error page of the browser has as well. */
  | { pillion: 'loaded' }
  /** The app drained its pending buffer: everything up to and including this sequence. */
  | { pillion: 'drained'; sequence: number }
  | { pillion: 'console'; level: 'log' | 'info' | 'warn' | 'error'; text: string }
