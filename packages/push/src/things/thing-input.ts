/** The JSON body as it is (P 4.1). Types of predefined members other than these two are checked here. */
export interface NewThing {
  readonly _vendorThingID: string
  readonly _password: string
  /** `_thingType` and other predefined members, custom fields, and what is ignored: other names that start with `_`. */
  readonly [name: string]: unknown
}

/** The JSON body as it is (P 4.3): given members replace, absent ones stay, null removes. */
export type ThingUpdate = { readonly [name: string]: unknown }

export interface ThingStatus {
  readonly disabled: boolean
}

export interface ThingPasswordChange {
  readonly newPassword: string
}

/** Exactly one of `userID` and `groupID` (P 4.4); which is checked here. */
export interface OwnershipRequest {
  readonly userID?: string
  readonly groupID?: string
  readonly thingPassword: string
}
