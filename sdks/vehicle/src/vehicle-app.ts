import type { AppWindow } from './app-window.ts'
import type { AppNotification, Message } from './messages.ts'
import type { Waypoint } from './vehicle-api.ts'

/** How a popup of a back end ended (W 6.3). */
export type PopupOutcome = 'ok' | 'cancel' | 'timeout'

/** What became of a notification (W 7.4): `show`: opened in the center; `click`: "Open the app"; `close`: deleted. */
export type NotificationEvent = 'created' | 'error' | 'show' | 'click' | 'close'

/**
 * What became of a guidance (W 8.3). `ready`, `failed` or `cancelled` once for each accepted request, later perhaps `reached`;
 * `invalid`: it was refused for its coordinates.
 */
export type GuidanceEvent = 'ready' | 'failed' | 'cancelled' | 'invalid' | 'reached'

export interface GuidanceRequest {
  readonly longitude: number
  readonly latitude: number
  /** Shown to the driver, less than 60 characters; not together with waypoints. */
  readonly label?: string
  /** At most 9. */
  readonly waypoints?: readonly Waypoint[]
  /** Ask the driver before a running guidance is replaced. With a label that is always asked. */
  readonly confirm?: boolean
}

/** What `startApp` is given. Handlers are called one after the other; what one throws does not stop the next. */
export interface AppOptions {
  /** As the operator issued it. */
  readonly idApp: string
  /** Data from the back end, each message once, in order, whether the app was on screen, hidden or not running (the last 10). */
  onMessage?(message: Message): void
  /** A popup of the back end has closed; `message` is the popup's own, with its `content`. */
  onPopupOutcome?(outcome: PopupOutcome, message: Message): void
  /** The app is on screen again; not after the start. */
  onShow?(): void
  /** It loses the screen: 100 ms to store what matters. */
  onHide?(): void
  /** It is about to be removed: 100 ms. */
  onUnloaded?(): void
  /** This is the first start of a new version. */
  onUpdated?(): void
  /** Another app wrote. */
  onAppMessage?(content: unknown, idApp: string): void
  /** Events of notifications, also of those made before the last start, after the listener given to `notify`. */
  onNotification?(event: NotificationEvent, id: string, data?: unknown): void
  /** How often a hidden app looks for messages; 0: only when it is shown or hidden. Default 5. */
  readonly pollSeconds?: number
  /** false: the app is not ready yet and calls `announce` itself, within 10 seconds of its start. Default true. */
  readonly announce?: boolean
  /** For tests; by default the global one. */
  readonly window?: AppWindow
}

/** An app's line to its back end, its head unit and other apps. */
export interface VehicleApp {
  /** The page is ready to be shown (W 4.2); a second call does nothing. */
  announce(): void
  /** To the back end, which reads `{"content": …}`; may be lost without a word (W 6.4). */
  send(content: unknown, subtopic?: string): void
  /**
   * As `send`, with an answer within 10 s: true when the server has it. Nothing is repeated. Without `done` a promise is
   * returned, where there are promises. An app that uses this posts no `WebPortal.MQTT.publish` of its own.
   */
  publish(content: unknown, subtopic?: string): Promise<boolean>
  publish(content: unknown, subtopic: string | undefined, done: (delivered: boolean) => void): void
  /** A popup with OK and Return, shown over whatever is on screen when its turn comes (W 7.3); `refused`: too many were waiting. */
  openPopup(text: string): Promise<PopupOutcome | 'refused'>
  openPopup(text: string, done: (outcome: PopupOutcome | 'refused') => void): void
  /** Puts an entry into the notification center (W 7.4); `data` comes with `click`. */
  notify(notification: AppNotification, listener?: (event: NotificationEvent, data?: unknown) => void): void
  /** To another app of this head unit, if it runs (W 6.5). */
  writeTo(idApp: string, content: unknown): void
  /** Opens another app in place of this one, which must be on screen (W 6.6). */
  openApp(idApp: string): void
  /**
   * false: refused, for privacy, for a popup on screen or for its coordinates, which alone is told to the listener (W 8.2).
   * Where the head unit has no events (wave 3) the listener is never called.
   */
  startGuidance(request: GuidanceRequest, listener?: (event: GuidanceEvent) => void): boolean
  /** Looks for messages now. */
  fetchPending(): void
  /** Ends everything that `startApp` began. */
  stop(): void
}
