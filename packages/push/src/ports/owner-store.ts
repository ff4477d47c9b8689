/** Who may own a thing (P 4.4). */
export type Owner = `user:${string}` | `group:${string}`

export interface OwnerStore {
  /** 'exists': it owns the thing already. 'full': it has as many owners as may be. */
  addOwner(
    appID: string,
    thingID: string,
    owner: Owner,
    limits: { ownersMax: number },
  ): Promise<'added' | 'exists' | 'full'>
  /** False if it did not own the thing. */
  removeOwner(appID: string, thingID: string, owner: Owner): Promise<boolean>
  /** thingIDs that come after `after`, by id: what a user or group owns may be very much. */
  pageOwned(appID: string, owner: Owner, after: string, limit: number): Promise<string[]>
  /** In the order of their keys. */
  listOwners(appID: string, thingID: string): Promise<Owner[]>
}
