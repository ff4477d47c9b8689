import type { JsonObject } from './user-store.ts'

export interface ThingRecord {
  readonly appID: string
  readonly thingID: string
  readonly vendorThingID: string
  /** Everything registered besides `_vendorThingID` and `_password`: predefined members (P 4.1) and custom fields. */
  readonly fields: JsonObject
  readonly passwordHash: string
  readonly isDisabled: boolean
  /** Milliseconds since 1970. */
  readonly createdAt: number
  /** Undefined before its first connection. */
  readonly online: { readonly isOnline: boolean; readonly modifiedAt: number } | undefined
}

export type ThingKey = { readonly thingID: string } | { readonly vendorThingID: string }
export type ThingChange = Partial<Pick<ThingRecord, 'fields' | 'passwordHash' | 'isDisabled'>>
export interface OnlineChange {
  readonly thingID: string
  readonly isOnline: boolean
  /** Milliseconds since 1970. */
  readonly at: number
}

export interface ThingStore {
  /** 'taken': another thing of the app has the vendor id. 'full': as many users and things as may be. */
  addThing(thing: ThingRecord, limits: { principalsMax: number }): Promise<'added' | 'taken' | 'full'>
  findThing(appID: string, key: ThingKey): Promise<ThingRecord | undefined>
  /** Read, changed and written as one; if `change` throws, nothing is. Undefined: no such thing. */
  changeThing(
    appID: string,
    thingID: string,
    change: (thing: ThingRecord) => ThingChange,
  ): Promise<ThingRecord | undefined>
  /** With its tokens, installations, subscriptions, owners, and the topics and buckets of its scope. */
  removeThing(appID: string, thingID: string): Promise<boolean>
  /**
   * In pieces that let others run in between. Of several changes of one thing the last counts; things that are gone are passed
   * over, and one that is online at another node by now does not go offline with its old connection at this one.
   */
  setOnline(changes: readonly OnlineChange[], node: string): Promise<void>
  /** Whoever was online at this node is not any more; without a node, whoever was online at all. */
  setAllOffline(at: number, node?: string): Promise<void>
}
