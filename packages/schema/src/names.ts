/**
 * The names that identities go by. A `Vin`, `Uid` or `IdApp` is made once, at the edge, by its parse
 * function; from there inwards nobody checks the string again.
 */

declare const kind: unique symbol

/** A vehicle: exactly 17 letters or digits, compared exactly, no check digit (W 2.3). */
export type Vin = string & { readonly [kind]: 'Vin' }
/** A partner's login: 1 to 64 letters, digits, `_`, `-`, `.` (W 2.3). */
export type Uid = string & { readonly [kind]: 'Uid' }
/** An app: 1 to 64 letters, digits, `_`, `-`, `.`, beginning with a letter or digit, so that it can be a folder and a path segment (W 11.1). */
export type IdApp = string & { readonly [kind]: 'IdApp' }

export function parseVin(value: unknown): Vin | undefined {
  return typeof value === 'string' && /^[A-Za-z0-9]{17}$/.test(value) ? (value as Vin) : undefined
}

export function parseUid(value: unknown): Uid | undefined {
  return typeof value === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(value) ? (value as Uid) : undefined
}

export function parseIdApp(value: unknown): IdApp | undefined {
  return typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(value)
    ? (value as IdApp)
    : undefined
}
