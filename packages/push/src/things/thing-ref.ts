import type { ThingKey } from '../ports/thing-store.ts'
import { PushError } from '../push-error.ts'

const VENDOR_PREFIX = 'VENDOR_THING_ID:'

export const vendorThingIDPattern = /^[A-Za-z0-9_.-]{1,200}$/

/** `thingID` or `VENDOR_THING_ID:{vid}`, as paths have it (P 4.3). Undefined: nobody can have that. */
export function parseThingRef(ref: string): ThingKey | undefined {
  if (!ref.startsWith(VENDOR_PREFIX)) return /^[A-Za-z0-9.-]{1,64}$/.test(ref) ? { thingID: ref } : undefined
  const vendorThingID = ref.slice(VENDOR_PREFIX.length)
  return vendorThingIDPattern.test(vendorThingID) ? { vendorThingID } : undefined
}

export function thingNotFound(appID: string, ref: string): PushError {
  const isVendors = ref.startsWith(VENDOR_PREFIX)
  const field = isVendors ? '_vendorThingID' : '_thingID'
  const value = isVendors ? ref.slice(VENDOR_PREFIX.length) : ref
  return new PushError('THING_NOT_FOUND', 'There is no such thing', { details: { field, value, appID } })
}
