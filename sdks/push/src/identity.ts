import {
  InvalidCountryException,
  InvalidDisplayNameException,
  InvalidEmailException,
  InvalidPasswordException,
  InvalidPhoneNumberException,
  InvalidUsernameException,
} from './exceptions.ts'

/** By what people are known, as the server names it (P 3.1). */
export interface Identity {
  readonly loginName?: string
  readonly emailAddress?: string
  readonly phoneNumber?: string
}

/** The same as apps write it for `update` and `putIdentity`. */
export interface IdentityData {
  readonly username?: string | null
  readonly emailAddress?: string | null
  readonly phoneNumber?: string | null
}

/** @throws InvalidUsernameException, InvalidEmailException, InvalidPhoneNumberException */
export function readIdentity(data: IdentityData | null | undefined): Identity {
  const { username, emailAddress, phoneNumber } = data ?? {}
  return {
    ...(isGiven(username) && { loginName: checkUsername(username) }),
    ...(isGiven(emailAddress) && { emailAddress: checkEmailAddress(emailAddress) }),
    ...(isGiven(phoneNumber) && { phoneNumber: checkPhoneNumber(phoneNumber) }),
  }
}

/** By what somebody logs in: a login name, or one of the forms of P 2.2. */
export function identityOf(identifier: string): Identity {
  if (identifier.includes('@')) return { emailAddress: identifier.replace(/^EMAIL:/, '') }
  if (/^(PHONE:)?\+/.test(identifier)) return { phoneNumber: identifier.replace(/^PHONE:/, '') }
  return identifier.includes(':') ? {} : { loginName: identifier }
}

/** Without spaces around it. @throws InvalidUsernameException */
export function checkUsername(value: unknown): string {
  const username = typeof value === 'string' ? value.trim() : ''
  if (/^[A-Za-z0-9_.-]{3,64}$/.test(username)) return username
  throw new InvalidUsernameException('a login name is 3 to 64 letters, digits, "_", "." or "-"')
}

/** Without spaces around it. @throws InvalidEmailException */
export function checkEmailAddress(value: unknown): string {
  const emailAddress = typeof value === 'string' ? value.trim() : ''
  if (/^[^@\s]+@[^@\s]+$/.test(emailAddress)) return emailAddress
  throw new InvalidEmailException('this is not an e-mail address')
}

/** `+` and at least 10 digits, or the digits used inside a country. @throws InvalidPhoneNumberException */
export function checkPhoneNumber(value: unknown): string {
  if (typeof value === 'string' && /^(\+\d{10,}|\d{4,})$/.test(value)) return value
  throw new InvalidPhoneNumberException('a phone number is "+" and at least 10 digits, or local digits')
}

/** @throws InvalidPasswordException */
export function checkPassword(value: unknown): string {
  if (typeof value === 'string' && /^[ -~]{4,50}$/.test(value)) return value
  throw new InvalidPasswordException('a password is 4 to 50 printable ASCII characters')
}

/** @throws InvalidDisplayNameException */
export function checkDisplayName(value: unknown): string {
  if (typeof value === 'string' && /^.{1,50}$/su.test(value)) return value
  throw new InvalidDisplayNameException('a display name is 1 to 50 characters')
}

/** @throws InvalidCountryException */
export function checkCountry(value: unknown): string {
  if (typeof value === 'string' && /^[A-Za-z]{2}$/.test(value)) return value
  throw new InvalidCountryException('a country is two letters')
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}
