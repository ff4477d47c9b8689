/** Every code of `AccountError`: what it says, and when. A code keeps its meaning for good. */
export const accountErrors = {
  ACCOUNT_NAME_MALFORMED: {
    text: 'An account name is 1 to 64 letters, digits, _, - or .',
    when: 'an account is added that cannot be named so',
  },
  ACCOUNT_ALREADY_EXISTS: { text: 'The account exists already.', when: 'an account is added again' },
  NAME_TAKEN_BY_PARTNER: {
    text: 'A partner has this name.',
    when: 'an account is added by the UID of a partner; both sign in by that name',
  },
  NAME_TAKEN_BY_VEHICLE: {
    text: 'A vehicle has this name.',
    when: 'an account is added by the VIN of a vehicle; both sign in by that name',
  },
  ACCOUNT_NOT_FOUND: {
    text: 'There is no such account.',
    when: 'an unknown account is changed or removed',
  },
  ACCOUNTS_TOO_MANY: {
    text: 'There are as many accounts as there may be.',
    when: 'an account is added beyond the limit accountsMax',
  },
  FILTER_MALFORMED: {
    text: 'The topic filter is malformed.',
    when: 'a filter is granted that MQTT does not allow, or that is longer than one may be subscribed',
  },
  FILTER_NOT_GRANTABLE: {
    text: 'This topic filter cannot be granted.',
    when: 'a filter below $ is granted, other than $SYS for subscribing',
  },
  FILTERS_TOO_MANY: {
    text: 'An account cannot be granted that many filters.',
    when: 'more than accountFiltersMax filters are granted for publishing or for subscribing',
  },
  OVERLAP_OUT_OF_RANGE: {
    text: 'An old password cannot go on working for that long.',
    when: 'a password is replaced with an overlap that is negative, no number of seconds or beyond passwordOverlapSecondsMax',
  },
} as const satisfies Record<string, { text: string; when: string }>

export type AccountErrorCode = keyof typeof accountErrors

/** Thrown by `Accounts` for what an operator asked wrongly; nothing was changed. */
export class AccountError extends Error {
  override readonly name = 'AccountError'
  readonly code: AccountErrorCode
  /** One sentence for a person: what was wrong with it, and the fix where there is one. */
  readonly detail: string

  constructor(code: AccountErrorCode, detail: string) {
    super(`${accountErrors[code].text} ${detail}`)
    this.code = code
    this.detail = detail
  }
}
