import { setTimeout } from 'node:timers/promises'
import type { ObjectVerb } from '../access-list.ts'
import { createObjectID } from '../ids.ts'
import type { PushLimits } from '../limits.ts'
import type { ObjectRecord, ObjectStore } from '../ports/object-store.ts'
import type { Target } from '../ports/target-store.ts'
import type { JsonObject } from '../ports/user-store.ts'
import type { Caller } from '../principal.ts'
import { PushError } from '../push-error.ts'
import { aclSubjectOf, defaultObjectAccess } from '../rights/default-access.ts'
import type { Rights } from '../rights/rights.ts'
import type { Scope } from '../scopes.ts'
import type { BucketEvents } from '../sending/bucket-events.ts'
import type { Buckets, FoundBucket } from '../targets/buckets.ts'
import { objectNotFound, targetDetails, targetNotFound } from '../targets/target-errors.ts'
import { unauthorized } from '../unauthorized.ts'
import { checkConditions, isBound, type ObjectConditions, objectExists, objectIsStale } from './conditions.ts'
import { checkObjectID, mergeFields, readFields } from './object-fields.ts'
import { type ObjectPage, readQuery, runQuery } from './query.ts'
import { Turns } from './turns.ts'

/** Changes of one object that are made again because another one came first; each goes from what is then there. */
const TRIES = 30
const RETRY_MILLISECONDS = 4

export interface ObjectResult {
  readonly object: ObjectRecord
  readonly created: boolean
}

export interface ObjectsOptions {
  readonly store: ObjectStore
  readonly buckets: Buckets
  readonly rights: Rights
  readonly events: BucketEvents
  readonly limits: PushLimits
  readonly now?: (() => number) | undefined
}

/**
 * The objects of buckets, and who is told of their changes (P 10.1). `body` gives the JSON that was sent; it is called when its
 * turn has come. `dataType` is the `{type}` of the media type `application/vnd.{appID}.{type}+json`.
 */
export class Objects {
  readonly #store: ObjectStore
  readonly #buckets: Buckets
  readonly #rights: Rights
  readonly #events: BucketEvents
  readonly #limits: PushLimits
  readonly #now: () => number
  /** All queries together: anybody may ask many at once. */
  readonly #turns = new Turns()

  constructor({ store, buckets, rights, events, limits, now = Date.now }: ObjectsOptions) {
    this.#store = store
    this.#buckets = buckets
    this.#rights = rights
    this.#events = events
    this.#limits = limits
    this.#now = now
  }

  /**
   * Makes the bucket if need be. INVALID_BUCKET, INVALID_INPUT_DATA; OPERATION_NOT_ALLOWED when the bucket is full. With
   * `madeID`, which nobody else gives, it is made once, however often this is called.
   */
  async create(
    caller: Caller,
    scope: Scope,
    bucketID: string,
    dataType: string | undefined,
    body: () => unknown,
    madeID?: string,
  ): Promise<ObjectResult> {
    const { bucket, accessList } = await this.#buckets.look(caller, scope, bucketID)
    if (!(await this.#rights.allows(caller, accessList, 'CREATE_OBJECTS_IN_BUCKET', scope)))
      throw unauthorized(caller)
    const fields = readFields(body(), this.#limits)
    const objectID = madeID ?? createObjectID()
    const target = bucket ?? (await this.#buckets.create(caller, scope, bucketID))
    const added = await this.#add(caller, scope, target, { objectID, fields, dataType })
    const object = added ?? (await this.#store.findObject(target.key, objectID))
    if (object === undefined || (added === undefined && madeID === undefined)) throw objectExists(objectID)
    return { object, created: true }
  }

  /** All of its fields; makes it if there is none. As `patch`. */
  replace(
    caller: Caller,
    scope: Scope,
    bucketID: string,
    objectID: string,
    conditions: ObjectConditions,
    body: () => unknown,
    dataType?: string,
  ): Promise<ObjectResult> {
    const readNext = () => {
      const fields = readFields(body(), this.#limits)
      return () => fields
    }
    return this.#change({ caller, scope, bucketID, objectID, conditions, dataType, readNext })
  }

  /**
   * The fields that are given; makes the object if there is none (P 17 row 34). Without a version in `If-Match`, of changes at
   * one time each counts. OBJECT_NOT_FOUND with `If-Match`, OBJECT_VERSION_IS_STALE, OBJECT_ALREADY_EXISTS, INVALID_INPUT_DATA.
   */
  patch(
    caller: Caller,
    scope: Scope,
    bucketID: string,
    objectID: string,
    conditions: ObjectConditions,
    body: () => unknown,
    dataType?: string,
  ): Promise<ObjectResult> {
    const readNext = () => {
      const changes = readFields(body(), this.#limits)
      return (fields: JsonObject) => mergeFields(fields, changes, this.#limits)
    }
    return this.#change({ caller, scope, bucketID, objectID, conditions, dataType, readNext })
  }

  /** For whoever may read or query in the bucket, or read this object. BUCKET_NOT_FOUND, OBJECT_NOT_FOUND. */
  async read(caller: Caller, scope: Scope, bucketID: string, objectID: string): Promise<ObjectRecord> {
    const found = await this.#buckets.look(caller, scope, bucketID)
    const object = found.bucket && (await this.#store.findObject(found.bucket.key, objectID))
    const isAllowed =
      (await this.#mayRead(caller, scope, found)) ||
      (await this.#allowsObject(caller, scope, object, 'READ_EXISTING_OBJECT'))
    if (!isAllowed) throw unauthorized(caller)
    return object ?? this.#notFound(caller, scope, found, bucketID, objectID)
  }

  /** BUCKET_NOT_FOUND, OBJECT_NOT_FOUND, OBJECT_VERSION_IS_STALE. */
  async remove(
    caller: Caller,
    scope: Scope,
    bucketID: string,
    objectID: string,
    { ifMatch }: Pick<ObjectConditions, 'ifMatch'> = {},
  ): Promise<void> {
    const found = await this.#buckets.look(caller, scope, bucketID)
    const { bucket } = found
    const object = bucket && (await this.#store.findObject(bucket.key, objectID))
    const isAllowed =
      object === undefined
        ? await this.#mayRead(caller, scope, found)
        : await this.#allowsObject(caller, scope, object, 'WRITE_EXISTING_OBJECT')
    if (!isAllowed) throw unauthorized(caller)
    if (bucket === undefined || object === undefined)
      return this.#notFound(caller, scope, found, bucketID, objectID)
    checkConditions(object, { ifMatch })
    const version = isBound({ ifMatch }) ? object.version : undefined
    if (!(await this.#store.removeObject(bucket.key, objectID, version))) {
      if (version !== undefined) throw objectIsStale(objectID)
      return this.#notFound(caller, scope, found, bucketID, objectID)
    }
    await this.#events.publish(caller, bucket, { type: 'DATA_OBJECT_DELETED', objectID })
  }

  /** `body` is the request's (P 10.1). BUCKET_NOT_FOUND, QUERY_NOT_SUPPORTED, INVALID_INPUT_DATA. */
  async query(caller: Caller, scope: Scope, bucketID: string, body: () => unknown): Promise<ObjectPage> {
    const bucket = await this.#buckets.find(caller, scope, bucketID, 'QUERY_OBJECTS_IN_BUCKET')
    return runQuery(this.#store, this.#turns, bucket.key, readQuery(body(), this.#limits), this.#limits)
  }

  async #change(change: Change): Promise<ObjectResult> {
    // The body is read once, however often the change is tried.
    let next: Next | undefined
    const readNext = () => (next ??= change.readNext())
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const result = await this.#tryChange({ ...change, readNext })
      if (result !== undefined) return result
      await setTimeout(Math.random() * RETRY_MILLISECONDS * tries)
    }
    throw new PushError('TEMPORARY_UNAVAILABLE_ERROR', 'Too many change this object at once', {
      retryAfterSeconds: 1,
    })
  }

  /** Undefined: somebody else was faster. */
  async #tryChange(change: Change): Promise<ObjectResult | undefined> {
    const { caller, scope, bucketID, objectID, conditions, dataType, readNext } = change
    const { bucket, accessList } = await this.#buckets.look(caller, scope, bucketID)
    const object = bucket && (await this.#store.findObject(bucket.key, objectID))
    const isAllowed =
      object === undefined
        ? await this.#rights.allows(caller, accessList, 'CREATE_OBJECTS_IN_BUCKET', scope)
        : await this.#allowsObject(caller, scope, object, 'WRITE_EXISTING_OBJECT')
    if (!isAllowed) throw unauthorized(caller)
    if (bucket !== undefined && object !== undefined) return this.#replace(caller, bucket, object, change)
    if (conditions.ifMatch !== undefined)
      return this.#notFound(caller, scope, { bucket, accessList }, bucketID, objectID)
    checkObjectID(objectID)
    const fields = readNext()({})
    const target = bucket ?? (await this.#buckets.create(caller, scope, bucketID))
    const added = await this.#add(caller, scope, target, { objectID, fields, dataType })
    if (added !== undefined) return { object: added, created: true }
    if (conditions.ifNoneMatchAny) throw objectExists(objectID)
    return undefined
  }

  async #replace(
    caller: Caller,
    bucket: Target,
    object: ObjectRecord,
    { conditions, dataType = object.dataType, readNext }: Change,
  ): Promise<ObjectResult | undefined> {
    const { objectID, version } = object
    const next = readNext()
    checkConditions(object, conditions)
    const replacing: ObjectRecord = {
      ...object,
      fields: next(object.fields),
      dataType,
      version: version + 1,
      modifiedAt: Math.max(this.#now(), object.modifiedAt),
    }
    if (await this.#store.replaceObject(bucket.key, replacing, version)) {
      const { modifiedAt } = replacing
      await this.#events.publish(caller, bucket, { type: 'DATA_OBJECT_UPDATED', objectID, modifiedAt })
      return { object: replacing, created: false }
    }
    if (isBound(conditions)) throw objectIsStale(objectID)
    return undefined
  }

  /** Undefined: there is one with that id. */
  async #add(
    caller: Caller,
    scope: Scope,
    bucket: Target,
    made: Pick<ObjectRecord, 'objectID' | 'fields' | 'dataType'>,
  ): Promise<ObjectRecord | undefined> {
    const creator = aclSubjectOf(caller.principal)
    const at = this.#now()
    const object: ObjectRecord = {
      ...made,
      creator,
      version: 1,
      createdAt: at,
      modifiedAt: at,
      accessList: defaultObjectAccess(scope, creator),
    }
    const perBucketMax = this.#limits.pushObjectsPerBucketMax
    const state = await this.#store.addObject(bucket.key, object, { perBucketMax })
    if (state === 'full')
      throw new PushError('OPERATION_NOT_ALLOWED', `A bucket has at most ${perBucketMax} objects`, {
        details: targetDetails(caller.app.appID, scope, bucket),
      })
    if (state === 'exists') return undefined
    const { objectID } = object
    await this.#events.publish(caller, bucket, { type: 'DATA_OBJECT_CREATED', objectID, modifiedAt: at })
    return object
  }

  /** Whoever may query sees the objects whole, so reading one of them takes no more. */
  async #mayRead(caller: Caller, scope: Scope, { accessList }: FoundBucket): Promise<boolean> {
    const judge = this.#rights.judge(caller)
    return (
      (await judge.allows(accessList, 'READ_OBJECTS_IN_BUCKET', scope)) ||
      judge.allows(accessList, 'QUERY_OBJECTS_IN_BUCKET', scope)
    )
  }

  async #allowsObject(
    caller: Caller,
    scope: Scope,
    object: ObjectRecord | undefined,
    verb: ObjectVerb,
  ): Promise<boolean> {
    return object !== undefined && this.#rights.allows(caller, object.accessList, verb, scope)
  }

  #notFound(
    caller: Caller,
    scope: Scope,
    { bucket }: FoundBucket,
    bucketID: string,
    objectID: string,
  ): never {
    const { appID } = caller.app
    if (bucket === undefined) throw targetNotFound(appID, scope, { kind: 'bucket', name: bucketID })
    throw objectNotFound(appID, scope, { name: bucketID, objectID })
  }
}

type Next = (fields: JsonObject) => JsonObject

interface Change {
  readonly caller: Caller
  readonly scope: Scope
  readonly bucketID: string
  readonly objectID: string
  readonly conditions: ObjectConditions
  readonly dataType: string | undefined
  /** Reads the body, and says what becomes of the fields that are there. */
  readonly readNext: () => Next
}
