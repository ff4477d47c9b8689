/** P 5. */
export interface NewGroup {
  /** 1 to 190 characters. */
  readonly name: string
  /** A userID; absent: the caller, or nobody if that is the admin. */
  readonly owner?: string
  /** userIDs. Those who do not exist are told in `notFoundUsers`. */
  readonly members?: readonly string[]
}

export interface GroupOwnerChange {
  /** A userID. */
  readonly owner: string
}
