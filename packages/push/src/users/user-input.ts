/** Predefined members of a user as clients give them (P 3.1); every other name that does not start with `_` is a custom field. */
export interface UserMembers {
  readonly loginName?: string
  readonly emailAddress?: string
  /** `+` and digits, or local digits if there is a country. */
  readonly phoneNumber?: string
  readonly password?: string
  readonly displayName?: string
  readonly country?: string
  readonly locale?: string
  /** Custom fields, and what is ignored: names that start with `_`, ids, verification flags. */
  readonly [name: string]: unknown
}

/** The JSON body as it is, its predefined members checked to be strings. */
export type NewUser = UserMembers
export type UserUpdate = UserMembers

export interface PasswordChange {
  /** The admin may leave it out (P 3.4). */
  readonly oldPassword?: string
  readonly newPassword: string
}
