import type { PushApp } from '../ports/push-app-store.ts'
import type { UserKey } from '../ports/user-store.ts'
import { PushError } from '../push-error.ts'
import { internationalNumber } from './calling-codes.ts'

export const loginNamePattern = /^[A-Za-z0-9_.-]{3,64}$/
/** `x@y` (P 3.1), without what could not stand in a line or a URL; 254 is the longest address that mail carries. */
export const emailAddressPattern = /^(?=.{3,254}$)[^@\s\p{C}]+@[^@\s\p{C}]+$/u
/** E.164 has 15 digits at most; some write more. */
export const phoneNumberPattern = /^\+[0-9]{10,20}$/
export const userIDPattern = /^[A-Za-z0-9.-]{1,64}$/

const prefixes = {
  'LOGIN_NAME:': 'loginName',
  'EMAIL:': 'emailAddress',
  'PHONE:': 'phoneNumber',
} as const
type Prefix = keyof typeof prefixes

/** userID, `LOGIN_NAME:…`, `EMAIL:…` or `PHONE:…`, as paths have it (P 3.3). Undefined: nobody can have that. */
export function parseUserRef(ref: string): UserKey | undefined {
  const prefix = prefixOf(ref)
  if (prefix === undefined) return userIDPattern.test(ref) ? { userID: ref } : undefined
  const value = ref.slice(prefix.length)
  if (prefix === 'LOGIN_NAME:') return loginNamePattern.test(value) ? { loginName: value } : undefined
  if (prefix === 'EMAIL:') return emailAddressPattern.test(value) ? { emailAddress: value } : undefined
  return parsePhone(value)
}

export function userNotFound({ appID }: Pick<PushApp, 'appID'>, ref: string): PushError {
  const prefix = prefixOf(ref)
  const field = prefix === undefined ? 'userID' : prefixes[prefix]
  const value = ref.slice(prefix?.length ?? 0)
  return new PushError('USER_NOT_FOUND', 'There is no such user', { details: { field, value, appID } })
}

/** `username` of a token request (P 2.2). What it can be is told by its characters, so it is looked up but once. */
export function parseUsername(username: string): UserKey | undefined {
  if (prefixOf(username) !== undefined) return parseUserRef(username)
  if (username.includes('@')) return parseUserRef(`EMAIL:${username}`)
  if (username.startsWith('+')) return parseUserRef(`PHONE:${username}`)
  return parseUserRef(`LOGIN_NAME:${username}`)
}

function prefixOf(ref: string): Prefix | undefined {
  return (Object.keys(prefixes) as Prefix[]).find((prefix) => ref.startsWith(prefix))
}

/** `+{digits}` or `{CC}-{local digits}`. */
function parsePhone(text: string): UserKey | undefined {
  if (/^\+[0-9]{4,20}$/.test(text)) return { phoneNumber: text }
  const [, country = '', local = ''] = /^([A-Za-z]{2})-([0-9]+)$/.exec(text) ?? []
  const phoneNumber = internationalNumber(country, local)
  return phoneNumber === undefined ? undefined : { phoneNumber }
}
