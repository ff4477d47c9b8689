import { limits } from '@pillion/schema'

/** What W 16 wants settable per host instance; the meaning of each stands in `limits` of `@pillion/schema`. Fractions are allowed. */
export interface HostLimits {
  readonly loadTimeoutSeconds: number
  readonly loadedAppsMax: number
  readonly hideGraceMilliseconds: number
  readonly pendingMax: number
  readonly popupQueueMax: number
  readonly popupDisplaySeconds: number
  readonly promptDisplaySeconds: number
  readonly popupSpacingSeconds: number
  readonly acknowledgementSeconds: number
  readonly heldMessagesMax: number
  readonly keyboardHeldMax: number
  readonly notificationsMax: number
  readonly notificationBytesMax: number
  readonly shutdownNoticeSeconds: number
  readonly portalPayloadBytesMax: number
  readonly drivingThresholdKmh: number
  readonly routeCalculationSeconds: number
}

export const defaultHostLimits: HostLimits = limits
