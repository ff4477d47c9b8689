import { type IdApp, parseIdApp, parseUid, parseVin, type Uid, type Vin } from '@pillion/schema'
import { FleetError, type FleetErrorCode } from './fleet-error.ts'

export function requireUid(text: string): Uid {
  return parseUid(text) ?? malformed('UID_MALFORMED', text)
}

export function requireVin(text: string): Vin {
  return parseVin(text) ?? malformed('VIN_MALFORMED', text)
}

export function requireIdApp(text: string): IdApp {
  return parseIdApp(text) ?? malformed('ID_APP_MALFORMED', text)
}

export function requireName(text: string): string {
  return /^\P{Cc}{1,100}$/u.test(text) ? text : malformed('NAME_MALFORMED', text)
}

/** Quoted and cut, since it may be anything at all. */
export function malformed(code: FleetErrorCode, text: string): never {
  throw new FleetError(code, `Got ${JSON.stringify(String(text).slice(0, 80))}.`)
}
