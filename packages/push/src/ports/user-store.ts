export type JsonObject = { readonly [name: string]: unknown }

export interface UserRecord {
  readonly appID: string
  readonly userID: string
  /** `internalUserID`: from 1, unique in the app. */
  readonly number: number
  readonly loginName: string | undefined
  /** As it was written; compared without regard to case. */
  readonly emailAddress: string | undefined
  /** `+` and digits. */
  readonly phoneNumber: string | undefined
  readonly displayName: string | undefined
  readonly country: string | undefined
  readonly locale: string | undefined
  /** Custom fields. */
  readonly fields: JsonObject
  /** Undefined: a pseudo user (P 3.2). The text that `hashPassword` made. */
  readonly passwordHash: string | undefined
  readonly isDisabled: boolean
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly modifiedAt: number
}

export type UserKey =
  | { readonly userID: string }
  | { readonly loginName: string }
  | { readonly emailAddress: string }
  | { readonly phoneNumber: string }

export type UserIdentityField = 'loginName' | 'emailAddress' | 'phoneNumber'
export type UserChange = Partial<Omit<UserRecord, 'appID' | 'userID' | 'number' | 'createdAt'>>

export interface UserStore {
  /** 'full': the app has as many users and things as may be. Otherwise the user with its number, or what is taken. */
  addUser(
    user: Omit<UserRecord, 'number'>,
    limits: { principalsMax: number },
  ): Promise<UserRecord | { readonly taken: UserIdentityField } | 'full'>
  findUser(appID: string, key: UserKey): Promise<UserRecord | undefined>
  /** Replaces what is given; undefined as a value removes it. Undefined as answer: no such user. */
  changeUser(
    appID: string,
    userID: string,
    change: UserChange,
  ): Promise<UserRecord | { readonly taken: UserIdentityField } | undefined>
  /**
   * With its tokens, installations, subscriptions, memberships, ownerships, and the topics and buckets of its scope. Groups
   * that it owns are its caller's affair, before. False if there is none.
   */
  removeUser(appID: string, userID: string): Promise<boolean>
}
