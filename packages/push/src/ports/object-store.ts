import type { AccessList, AclSubject } from '../access-list.ts'
import type { JsonObject } from './user-store.ts'

export interface ObjectRecord {
  readonly objectID: string
  readonly fields: JsonObject
  /** Of the media type it was made with (P 10.1). */
  readonly dataType: string | undefined
  /** Undefined: the admin. */
  readonly creator: AclSubject | undefined
  /** From 1, up by one with each change. */
  readonly version: number
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly modifiedAt: number
  readonly accessList: AccessList
}

export interface ObjectStore {
  /** 'added' also if the bucket is gone: it went with it. In a full bucket 'full', even if it exists. */
  addObject(
    bucketKey: number,
    object: ObjectRecord,
    limits: { perBucketMax: number },
  ): Promise<'added' | 'exists' | 'full'>
  findObject(bucketKey: number, objectID: string): Promise<ObjectRecord | undefined>
  /** Its access list stays. Only while its version is still `version`: false otherwise, or if it is gone. */
  replaceObject(bucketKey: number, object: ObjectRecord, version: number): Promise<boolean>
  /** Whatever its version, unless one is given. */
  removeObject(bucketKey: number, objectID: string, version?: number): Promise<boolean>
  /** Read, changed and written as one. Undefined if the object is gone. */
  changeAccessList(
    bucketKey: number,
    objectID: string,
    change: (list: AccessList) => AccessList,
  ): Promise<AccessList | undefined>
  /** Those whose ids come after `after`, by id (in the order of code points). */
  pageObjects(bucketKey: number, after: string, limit: number): Promise<ObjectRecord[]>
}
