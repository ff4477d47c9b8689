import type { AccessList, BucketVerb } from '../access-list.ts'
import type { PushLimits } from '../limits.ts'
import type { Target, TargetStore } from '../ports/target-store.ts'
import type { Caller } from '../principal.ts'
import { defaultBucketAccess } from '../rights/default-access.ts'
import type { Rights } from '../rights/rights.ts'
import type { Scope } from '../scopes.ts'
import type { BucketEvents } from '../sending/bucket-events.ts'
import { unauthorized } from '../unauthorized.ts'
import { bucketName, createBucket } from './new-bucket.ts'
import { targetNotFound } from './target-errors.ts'

export interface FoundBucket {
  readonly bucket: Target | undefined
  /** The bucket's, or what a new one has by default. */
  readonly accessList: AccessList
}

export interface BucketsOptions {
  readonly store: Pick<TargetStore, 'addTarget' | 'findTarget' | 'removeTarget'>
  readonly rights: Rights
  readonly events: BucketEvents
  readonly limits: PushLimits
  readonly now?: (() => number) | undefined
}

/** Buckets (P 10). They come into being with their first object, subscription or change of access. */
export class Buckets {
  readonly #options: BucketsOptions

  constructor(options: BucketsOptions) {
    this.#options = options
  }

  /** For now none, and then it is judged by the rights that it would have if the caller made it. No right is asked for yet. */
  async look(caller: Caller, scope: Scope, bucketID: string): Promise<FoundBucket> {
    const bucket = await this.#options.store.findTarget(bucketName(caller, scope, bucketID))
    return { bucket, accessList: bucket?.accessList ?? defaultBucketAccess(scope, undefined) }
  }

  /** UNAUTHORIZED, also where there is none; BUCKET_NOT_FOUND. */
  async find(caller: Caller, scope: Scope, bucketID: string, verb: BucketVerb): Promise<Target> {
    const { bucket, accessList } = await this.look(caller, scope, bucketID)
    if (!(await this.#options.rights.allows(caller, accessList, verb, scope))) throw unauthorized(caller)
    return bucket ?? this.#notFound(caller, scope, bucketID)
  }

  /** INVALID_BUCKET; OPERATION_NOT_ALLOWED when the scope has as many as it may. If somebody else made it meanwhile, that one. */
  create(caller: Caller, scope: Scope, bucketID: string): Promise<Target> {
    return createBucket(this.#options, caller, scope, bucketID)
  }

  /** With its objects and subscriptions, which go after the event. BUCKET_NOT_FOUND. */
  async remove(caller: Caller, scope: Scope, bucketID: string): Promise<void> {
    const bucket = await this.find(caller, scope, bucketID, 'DROP_BUCKET_WITH_ALL_CONTENT')
    const { store, events } = this.#options
    // Of two that delete it at once, on whatever nodes, one does: nobody is told twice.
    const tell = () => events.publish(caller, bucket, { type: 'BUCKET_DELETED' })
    if (!(await store.removeTarget(bucket.key, tell))) this.#notFound(caller, scope, bucketID)
  }

  #notFound({ app }: Caller, scope: Scope, name: string): never {
    throw targetNotFound(app.appID, scope, { kind: 'bucket', name })
  }
}
