import { ENDLESS_SECONDS } from '../endless-seconds.ts'
import { invalidInput } from '../invalid-input.ts'
import type { PushAppSettings } from '../ports/push-app-store.ts'

/** As at the original: tokens do not end, and so need no refreshing. */
export const defaultSettings: PushAppSettings = {
  tokenSeconds: ENDLESS_SECONDS,
  hasRefreshTokens: false,
  exposesUsers: false,
  ownershipNeedsPassword: false,
}

/** P 1.6; what it does not fix can stand in a URL and a header, and a secret cannot be guessed. */
const rules = {
  appID: { pattern: /^[A-Za-z0-9]{8,36}$/, text: '8 to 36 letters and digits' },
  appKey: { pattern: /^[A-Za-z0-9]{8,36}$/, text: '8 to 36 letters and digits' },
  clientID: { pattern: /^[A-Za-z0-9_-]{8,64}$/, text: '8 to 64 letters, digits, _ and -' },
  clientSecret: { pattern: /^[\x21-\x7e]{16,128}$/, text: '16 to 128 characters of ASCII, without spaces' },
} as const

export function requireIdentifiers(input: { readonly [field in keyof typeof rules]?: string }): void {
  for (const [field, { pattern, text }] of Object.entries(rules)) {
    const value = input[field as keyof typeof rules]
    if (value !== undefined && !pattern.test(value)) throw invalidInput(field, `The ${field} is ${text}`)
  }
}

export function requireSettings(settings: PushAppSettings): PushAppSettings {
  const { tokenSeconds, hasRefreshTokens, exposesUsers, ownershipNeedsPassword } = settings
  if (!Number.isInteger(tokenSeconds) || tokenSeconds < 1 || tokenSeconds > ENDLESS_SECONDS) {
    throw invalidInput('tokenSeconds', `tokenSeconds is a whole number from 1 to ${ENDLESS_SECONDS}`)
  }
  return { tokenSeconds, hasRefreshTokens, exposesUsers, ownershipNeedsPassword }
}
