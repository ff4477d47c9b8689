import { invalidInput } from '../invalid-input.ts'
import type { JsonObject, UserIdentityField, UserRecord } from '../ports/user-store.ts'
import { internationalNumber } from './calling-codes.ts'
import type { UserMembers } from './user-input.ts'
import { emailAddressPattern, loginNamePattern, phoneNumberPattern } from './user-ref.ts'

/** Predefined members but the password, those that were given; and all custom fields. */
export interface ReadUser {
  readonly members: { -readonly [name in Predefined]?: string }
  readonly fields: JsonObject
}

type Predefined = 'loginName' | 'emailAddress' | 'phoneNumber' | 'displayName' | 'country' | 'locale'

const predefined: readonly Predefined[] = [
  'loginName',
  'emailAddress',
  'phoneNumber',
  'displayName',
  'country',
  'locale',
]

/** Told by the server; clients echo them (P 3.4). */
const told = new Set(['userID', 'internalUserID', 'emailAddressVerified', 'phoneNumberVerified', 'password'])

/** @throws INVALID_INPUT_DATA with the `field` (P 3.1). The password is not looked at. */
export function readUser(
  input: UserMembers,
  present: Pick<UserRecord, 'country'>,
  limits: { readonly pushUserFieldsBytesMax: number },
): ReadUser {
  const members: ReadUser['members'] = {}
  for (const name of predefined) if (input[name] !== undefined) members[name] = input[name]
  requirePatterns(members)
  if (members.phoneNumber !== undefined) {
    members.phoneNumber = readPhoneNumber(members.phoneNumber, members.country ?? present.country)
  }
  const fields = customFields(input)
  if (Buffer.byteLength(JSON.stringify(fields)) > limits.pushUserFieldsBytesMax) {
    throw invalidInput('fields', `Custom fields have ${limits.pushUserFieldsBytesMax} bytes at most`)
  }
  return { members, fields }
}

/** Has it something to sign in with, or to be found by? */
export function hasIdentity(user: { readonly [field in UserIdentityField]?: string | undefined }): boolean {
  return (user.loginName ?? user.emailAddress ?? user.phoneNumber) !== undefined
}

function requirePatterns({
  loginName,
  emailAddress,
  displayName,
  country,
  locale,
}: ReadUser['members']): void {
  if (loginName !== undefined && !loginNamePattern.test(loginName)) {
    throw invalidInput('loginName', 'A login name has 3 to 64 letters, digits, dots, hyphens and underscores')
  }
  if (emailAddress !== undefined && !emailAddressPattern.test(emailAddress)) {
    throw invalidInput('emailAddress', 'This is no e-mail address')
  }
  if (displayName !== undefined && !/^[^\p{Cc}\p{Cs}]{1,50}$/u.test(displayName)) {
    throw invalidInput('displayName', 'A display name has 1 to 50 characters')
  }
  if (country !== undefined && !/^[A-Za-z]{2}$/.test(country)) {
    throw invalidInput('country', 'A country has two letters')
  }
  if (locale !== undefined && !isLocale(locale)) throw invalidInput('locale', 'A locale is as BCP 47 has it')
}

function isLocale(text: string): boolean {
  try {
    return text.length <= 100 && Intl.getCanonicalLocales(text).length === 1
  } catch {
    return false
  }
}

/** As it is kept: `+` and digits. */
function readPhoneNumber(text: string, country: string | undefined): string {
  if (phoneNumberPattern.test(text)) return text
  const number = country === undefined ? undefined : internationalNumber(country, text)
  if (number !== undefined) return number
  throw invalidInput('phoneNumber', 'A phone number is + and 10 to 20 digits, or local digits with a country')
}

function customFields(input: UserMembers): JsonObject {
  const isCustom = (name: string) =>
    !name.startsWith('_') && !told.has(name) && !(predefined as readonly string[]).includes(name)
  return Object.fromEntries(Object.entries(input).filter(([name]) => isCustom(name)))
}
