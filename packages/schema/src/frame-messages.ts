import type { Payload } from './downlink.ts'
import type { Coordinates, VehicleSignals } from './vehicle-signals.ts'

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
  | { type: 'WebPortal.popup.open'; text: string }
  | { type: 'WebPortal.nativePopup.open'; text: string }
  | { type: 'WebPortal.notification.new'; notification: AppNotification }
  | { type: 'WebPortal.postMessage'; appId: string; content?: unknown }
  | { type: 'WebPortal.app.open'; appId: string }

/** W 7.4; the fields may also stand at the top level of the message. */
export interface AppNotification {
  readonly id: string
  readonly body: string
  readonly title?: string
  /** On the app's own origin. */
  readonly icon?: string
  /** Given back unchanged in `evt.click`. */
  readonly data?: unknown
}

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
  | { type: `WebPortal.${'popup' | 'nativePopup'}.evt.${'opened' | 'ok' | 'cancel' | 'timeout'}` }
  | { type: `WebPortal.notification.evt.${'created' | 'error' | 'show' | 'close'}`; notifId: string }
  | { type: 'WebPortal.notification.evt.click'; notifId: string; data?: unknown }
  /** `appId` is the sender. */
  | { type: 'WebPortal.postMessage'; content?: unknown; appId: string }

/**
 * What the injected globals answer from, synchronously. Present before the first app script runs
 * (`window.name` carries it into the frame) and replaced whole by each internal `state` message.
 */
export interface FrameState extends Omit<VehicleSignals, 'network'> {
  readonly idApp: string
  /** Has the host taken this instance's onApplicationLoaded? Before it `getPendingNotifications` has an error (W 6.2). */
  readonly launched: boolean
  /** '' in Private mode. What the privacy mode withholds is 0 or null in here (W 9.2): an app could read past the getters. */
  readonly vin: string
  readonly online: boolean
  readonly focus: boolean
  readonly driving: boolean
  /** Any popup or prompt is on screen: guidance is refused then (W 8.2). */
  readonly popupDisplayed: boolean
  /** A text field that gets the focus is told to the host, which writes for it (W 6.7). */
  readonly virtualKeyboard: boolean
  /** Does `getPendingNotifications` throw before the app is launched, instead of returning an error (W 6.2)? */
  readonly pendingErrorThrows: boolean
  /** How many messages `getPendingNotifications` gives at most, the newest (W 6.2). */
  readonly pendingMax: number
}

/** One kept message (W 6.2); `sequence` counts up per app and never repeats. */
export interface PendingEntry {
  readonly sequence: number
  readonly value: Payload
}

/** Emitters of W 5.3 and the event names each fires. */
export interface FrameEvent {
  readonly emitter:
    | 'Car'
    | 'Connectivity'
    | 'HMI'
    | 'HMI.Settings'
    | 'HMI.WebBrowser'
    | 'Media'
    | 'Media.Audio'
    | 'Navigation'
    | 'Privacy'
    | 'System'
  readonly name: string
}

/** Host → frame, internal. Getters answer from `state` before the app sees any later message or event. */
export type HostToFrame =
  | { pillion: 'state'; state: FrameState }
  | { pillion: 'event'; event: FrameEvent }
  /** Appends to the frame's copy of the pending buffer; of more than `pendingMax` the oldest fall out. */
  | { pillion: 'pending'; entries: PendingEntry[] }
  /** The virtual keyboard has closed (W 6.7): the field's new text, or undefined if it stays as it was. */
  | { pillion: 'keyboard'; text: string | undefined }
  /** There was no room for the `popupRequest` of this id, so no outcome of it will come (W 14). */
  | { pillion: 'popupRefused'; id: number }

/** Frame → host, internal. */
export type FrameToHost =
  /** The globals are in place; sent once per document, so the host notices when an app reloads itself (W 4.2 row 12). */
  | { pillion: 'ready' }
  /** The document has loaded; sent just before the frame's own `load` event, which an error page of the browser has as well. */
  | { pillion: 'loaded' }
  /** The app drained its pending buffer: everything up to and including this sequence. */
  | { pillion: 'drained'; sequence: number }
  /** A text field got the focus (W 6.7); `label` says which, as far as the page tells. */
  | { pillion: 'keyboard'; text: string; label: string; inputType: string; charactersMax: number | undefined }
  /** `Navigation.LaunchGuidance…` has returned true (W 8.2). */
  | { pillion: 'guidance'; request: GuidanceRequest }
  /** … or false, for the log. */
  | { pillion: 'guidanceRefused'; reason: 'privacy' | 'popup' | 'coordinates' }
  /** `Media.Audio.configure` (W 10.4). */
  | { pillion: 'audio'; source: 'MEDIA_PLAYER_SOURCE' | 'TEMPORARY_SOURCE'; isActive: boolean }
  /** `Phone.LaunchPhoneCall` with a number that it takes (W 10.2). */
  | { pillion: 'phoneCall'; number: string }
  /** `Device.PopupRequest`, removed from the reference (W 14): outcome as `HMI` events. `id` counts those of the document from 1. */
  | { pillion: 'popupRequest'; id: number; button: boolean; text: string }
  | { pillion: 'console'; level: 'log' | 'info' | 'warn' | 'error'; text: string }

/** Checked by the frame, for the answer is synchronous (W 8.1). */
export interface GuidanceRequest {
  readonly destination: Coordinates
  /** At most 9. */
  readonly waypoints: readonly Coordinates[]
  /** At most 59 characters; '' for none. */
  readonly label: string
  /** Ask the user before a running guidance is replaced. */
  readonly confirms: boolean
}
