import { limits } from '@pillion/schema'

/** The limits of the push service; defaults and reasons are in `@pillion/schema`. */
export type PushLimits = { readonly [name in Extract<keyof typeof limits, `push${string}`>]: number }

export const defaultPushLimits: PushLimits = limits
