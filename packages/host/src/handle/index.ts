import type { AppFrames } from '../app-frames.ts'
import type { AudioChannel } from '../audio.ts'
import type { Guidance } from '../guidance/guidance.ts'
import type { HostState } from '../host-state.ts'
import type { HostedApp, Instance } from '../hosted-app.ts'
import type { Keyboard } from '../keyboard.ts'
import type { Lifecycle } from '../lifecycle.ts'
import type { MessageReports } from '../message-reports.ts'
import type { NotificationCenter } from '../notification-center.ts'
import type { PopupQueue } from '../popup-queue.ts'
import type { Uplink } from '../uplink.ts'
import { handleAppOpen } from './app-open.ts'
import { handleMqttPublish } from './mqtt-publish.ts'
import { handleNotificationNew } from './notification-new.ts'
import { handleApplicationLoaded } from './on-application-loaded.ts'
import { handleSendNotificationRequest } from './on-send-notification-request.ts'
import { handlePopupOpen } from './popup-open.ts'
import { handlePostMessage } from './post-message.ts'

/** A message of W 5.1 as it came out of a frame: only its `type` has been looked at. */
export type UncheckedMessage = { readonly [field: string]: unknown }

export interface HandlerParts {
  readonly host: HostState
  readonly lifecycle: Lifecycle
  readonly uplink: Uplink
  readonly frames: AppFrames
  readonly popups: PopupQueue
  readonly center: NotificationCenter
  readonly keyboard: Keyboard
  readonly guidance: Guidance
  readonly audio: AudioChannel
  readonly reports: MessageReports
}

/** `instance` is the sender; it may be gone when the answer is known. */
export type AppMessageHandler = (
  app: HostedApp,
  instance: Instance,
  message: UncheckedMessage,
  parts: HandlerParts,
) => void

/** What an app may post, by `type`; one file each (W 5.1). */
export const appMessageHandlers: ReadonlyMap<unknown, AppMessageHandler> = new Map([
  ['WebPortal.onApplicationLoaded', handleApplicationLoaded],
  ['WebPortal.onSendNotificationRequest', handleSendNotificationRequest],
  ['WebPortal.MQTT.publish', handleMqttPublish],
  ['WebPortal.popup.open', handlePopupOpen('popup')],
  ['WebPortal.nativePopup.open', handlePopupOpen('nativePopup')],
  ['WebPortal.notification.new', handleNotificationNew],
  ['WebPortal.postMessage', handlePostMessage],
  ['WebPortal.app.open', handleAppOpen],
])
