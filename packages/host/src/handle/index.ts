import type { AppFrames } from '../app-frames.ts'
import type { HostedApp, Instance } from '../hosted-app.ts'
import type { Lifecycle } from '../lifecycle.ts'
import type { Uplink } from '../uplink.ts'
import { handleMqttPublish } from './mqtt-publish.ts'
import { handleApplicationLoaded } from './on-application-loaded.ts'
import { handleSendNotificationRequest } from './on-send-notification-request.ts'

/** A message of W 5.1 as it came out of a frame: only its `type` has been looked at. */
export type UncheckedMessage = { readonly [field: string]: unknown }

export interface HandlerParts {
  readonly lifecycle: Lifecycle
  readonly uplink: Uplink
  readonly frames: AppFrames
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
])
