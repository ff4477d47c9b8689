/** Every code of `FleetError`: what it says, and when. A code keeps its meaning for good. */
export const fleetErrors = {
  UID_MALFORMED: {
    text: 'A UID is 1 to 64 letters, digits, _, - or .',
    when: 'a partner is named that cannot exist (W 2.3)',
  },
  VIN_MALFORMED: {
    text: 'A VIN is exactly 17 letters or digits.',
    when: 'a vehicle is named that cannot exist (W 2.3)',
  },
  ID_APP_MALFORMED: {
    text: 'An app id is 1 to 64 letters, digits, _, - or ., beginning with a letter or digit.',
    when: 'an app is named that cannot exist',
  },
  NAME_MALFORMED: {
    text: 'A name is 1 to 100 characters without control characters.',
    when: 'a partner or an app is added with a name that cannot be shown',
  },
  LANGUAGE_MALFORMED: {
    text: 'A language is a BCP 47 tag, such as de or pt-BR.',
    when: 'an app gets a name in a language that cannot be (W 11.2)',
  },
  COUNTRY_UNKNOWN: {
    text: 'A country is two capital letters of ISO 3166-1, such as FR.',
    when: 'an app is offered in a country that there is not (W 11.2)',
  },
  APP_NAMES_TOO_MANY: {
    text: 'An app cannot have that many names.',
    when: 'an app gets names in more than limits.appNamesMax languages',
  },
  PARTNER_ALREADY_EXISTS: { text: 'The partner exists already.', when: 'a partner is added again' },
  PARTNER_NOT_FOUND: {
    text: 'There is no such partner.',
    when: 'an app is added for an unknown UID, or such a partner is changed or asked about',
  },
  VEHICLE_ALREADY_EXISTS: {
    text: 'The vehicle exists already.',
    when: 'vehicles are added of which one exists; none was added',
  },
  VEHICLE_NOT_FOUND: {
    text: 'There is no such vehicle.',
    when: 'an unknown vehicle is changed or asked about, or one of several to be subscribed; none was subscribed',
  },
  VIN_REPEATED: {
    text: 'The same VIN was given twice.',
    when: 'vehicles are added and one is named twice; none was added',
  },
  NAME_TAKEN_BY_PARTNER: {
    text: 'A partner has this name.',
    when: 'a vehicle is added whose VIN is the UID of a partner; both sign in by that name (W 2.2)',
  },
  NAME_TAKEN_BY_VEHICLE: {
    text: 'A vehicle has this name.',
    when: 'a partner is added whose UID is the VIN of a vehicle; both sign in by that name (W 2.2)',
  },
  NAME_TAKEN_BY_ACCOUNT: {
    text: 'An account has this name.',
    when: 'a partner or vehicle is added by the name of an account; all of them sign in by name',
  },
  APP_ALREADY_EXISTS: { text: 'The app exists already.', when: 'an app is added again' },
  APP_LABEL_TAKEN: {
    text: 'The app would have the origin of another.',
    when: 'an app is added whose id comes to the same DNS label as that of another (W 11.3); it needs another id',
  },
  CERTIFICATE_NOT_FOUND: {
    text: 'This identity has no such certificate.',
    when: 'a certificate is revoked that was issued for another identity; nothing was revoked',
  },
  FINGERPRINT_MALFORMED: {
    text: 'A fingerprint is the SHA-256 of a certificate: 64 hex digits, with or without colons.',
    when: 'a certificate is to be revoked by something else',
  },
  OVERLAP_OUT_OF_RANGE: {
    text: 'Old credentials cannot go on working for that long.',
    when: 'credentials are rotated with an overlap below 0 or above limits.credentialOverlapSecondsMax',
  },
  APP_NOT_FOUND: { text: 'There is no such app.', when: 'an unknown app is changed or asked about' },
} as const satisfies Record<string, { text: string; when: string }>

export type FleetErrorCode = keyof typeof fleetErrors

/** Thrown by `Fleet` for what an operator asked wrongly; nothing was changed. */
export class FleetError extends Error {
  override readonly name = 'FleetError'
  readonly code: FleetErrorCode
  /** One sentence for a person: the offending name, and the fix where there is one. */
  readonly detail: string

  constructor(code: FleetErrorCode, detail: string) {
    super(`${fleetErrors[code].text} ${detail}`)
    this.code = code
    this.detail = detail
  }
}
