/** What a back end sent (W 3.4): its whole payload, and `popupAction` when it is the outcome of a popup. */
export interface Message {
  /** The app it is for. */
  readonly idApp?: string
  readonly popup?: boolean | null
  readonly popupText?: string
  readonly popupBtn?: unknown
  /** Any JSON: check it before use. */
  readonly content?: unknown
  readonly popupAction?: PopupAction
  /** Whatever else the back end wrote. */
  readonly [field: string]: unknown
}

export type PopupAction =
  | 'WebPortal.okBtnPopupRequestClicked'
  | 'WebPortal.cancelBtnPopupRequestClicked'
  | 'WebPortal.closeTimeoutPopupRequest'

/** What an app posts to its host, `window.parent.postMessage(message, '*')` (W 5.1). */
export type AppMessage =
  | { type: 'WebPortal.onApplicationLoaded' }
  | { type: 'WebPortal.onSendNotificationRequest'; value?: unknown; topic?: string }
  | { type: 'WebPortal.MQTT.publish'; payload: string; subtopic?: string }
  | { type: 'WebPortal.popup.open'; text: string }
  /** @deprecated in favour of `WebPortal.popup.open` */
  | { type: 'WebPortal.nativePopup.open'; text: string }
  | { type: 'WebPortal.notification.new'; notification: AppNotification }
  | { type: 'WebPortal.postMessage'; appId: string; content?: unknown }
  | { type: 'WebPortal.app.open'; appId: string }

/** For the notification center (W 7.4). */
export interface AppNotification {
  /** Unique per app while the entry exists. */
  readonly id: string
  /** `\n` starts a new line. */
  readonly body: string
  /** By default the app's name. */
  readonly title?: string
  /** URL on the app's own origin; by default the app's icon. */
  readonly icon?: string
  /** Any JSON, given back when the user opens the app from the entry. */
  readonly data?: unknown
}

/** What the host posts to an app, as `data` of the window's `message` events (W 5.2). */
export type HostMessage =
  | { type: 'WebPortal.onApplicationShow' }
  | { type: 'WebPortal.onApplicationHide' }
  | { type: 'WebPortal.onApplicationUnloaded' }
  | { type: 'WebPortal.onApplicationUpdated' }
  | { type: 'WebPortal.onCurrentNotificationReceived'; value: Message }
  | { type: 'WebPortal.MQTT.evt.messageReceived'; payload: string; subtopic: string }
  | { type: 'WebPortal.MQTT.evt.messageDelivered'; messageId: number; subtopic: string }
  | { type: 'WebPortal.MQTT.evt.messageNotDelivered'; messageId: number; subtopic: string }
  | { type: 'WebPortal.OverflowPopup' }
  | { type: `WebPortal.${'popup' | 'nativePopup'}.evt.${'opened' | 'ok' | 'cancel' | 'timeout'}` }
  | { type: `WebPortal.notification.evt.${'created' | 'error' | 'show' | 'close'}`; notifId: string }
  | { type: 'WebPortal.notification.evt.click'; notifId: string; data?: unknown }
  /** `appId` is the sender. */
  | { type: 'WebPortal.postMessage'; content?: unknown; appId: string }
