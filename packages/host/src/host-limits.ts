import { limits } from '@pillion/schema'

/** What W 16 wants settable per host instance; the meaning of each stands in `limits` of `@pillion/schema`. Fractions are allowed. */
export interface HostLimits {
  readonly loadTimeoutSeconds: number
  readonly loadedAppsMax: number
  readonly hideGraceMilliseconds: number
  /** The frame script keeps no more than its own 10, so only less has an effect. */
  readonly pendingMax: number
  readonly popupQueueMax: number
  readonly popupDisplaySeconds: number
  readonly popupSpacingSeconds: number
  readonly acknowledgementSeconds: number
  readonly portalPayloadBytesMax: number
  readonly drivingThresholdKmh: number
}

export const defaultHostLimits: HostLimits = limits
