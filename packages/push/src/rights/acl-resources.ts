import type { AccessList, AclSubject } from '../access-list.ts'
import type { PushStore } from '../ports/push-store.ts'
import type { Target } from '../ports/target-store.ts'
import type { Caller } from '../principal.ts'
import type { Scope } from '../scopes.ts'
import type { Buckets } from '../targets/buckets.ts'
import { objectNotFound, targetNotFound } from '../targets/target-errors.ts'
import type { Topics } from '../targets/topics.ts'
import { unauthorized } from '../unauthorized.ts'
import { aclSubjectOf, defaultBucketAccess } from './default-access.ts'
import type { Rights } from './rights.ts'

/** What has an access control list. `name` is the topicID or bucketID. */
export type AclResource =
  | { readonly kind: 'topic'; readonly scope: Scope; readonly name: string }
  | { readonly kind: 'bucket'; readonly scope: Scope; readonly name: string }
  | { readonly kind: 'object'; readonly scope: Scope; readonly name: string; readonly objectID: string }

export interface FoundAccessList {
  /** The topic or bucket; undefined for a bucket that the change is to make. */
  readonly target: Target | undefined
  readonly accessList: AccessList
}

export interface AclResourcesOptions {
  readonly store: Pick<PushStore, 'targets' | 'objects'>
  readonly rights: Rights
  readonly topics: Pick<Topics, 'find'>
  readonly buckets: Pick<Buckets, 'look' | 'create'>
}

/** Finds what has an access control list and writes it, whichever of the three it is. */
export class AclResources {
  readonly #options: AclResourcesOptions

  constructor(options: AclResourcesOptions) {
    this.#options = options
  }

  /** For who may read and change the list. TOPIC_NOT_FOUND, BUCKET_NOT_FOUND, OBJECT_NOT_FOUND. */
  async open(caller: Caller, resource: AclResource): Promise<FoundAccessList> {
    const { scope, name } = resource
    if (resource.kind === 'topic') {
      const topic = await this.#options.topics.find(caller, scope, name)
      return this.#govern(caller, scope, topic, topic)
    }
    const { bucket } = await this.#options.buckets.look(caller, scope, name)
    const { appID } = caller.app
    if (bucket === undefined)
      return this.#options.rights.missing(
        caller,
        scope,
        targetNotFound(appID, scope, { kind: 'bucket', name }),
      )
    if (resource.kind === 'bucket') return this.#govern(caller, scope, bucket, bucket)
    const object = await this.#options.store.objects.findObject(bucket.key, resource.objectID)
    if (object !== undefined) return this.#govern(caller, scope, bucket, object)
    return this.#options.rights.missing(caller, scope, objectNotFound(appID, scope, resource))
  }

  /** A bucket that is not there yet may be changed by whoever may make it (P 10), with the list that it would have. */
  async openToChange(caller: Caller, resource: AclResource): Promise<FoundAccessList> {
    const { kind, scope, name } = resource
    const isNew =
      kind === 'bucket' && (await this.#options.buckets.look(caller, scope, name)).bucket === undefined
    if (!isNew) return this.open(caller, resource)
    if (!(await this.#options.rights.isInScope(caller, scope))) throw unauthorized(caller)
    return { target: undefined, accessList: defaultBucketAccess(scope, aclSubjectOf(caller.principal)) }
  }

  /** `change` gets the list as it is then, perhaps several times. Resolves to the topic or bucket. */
  async change(
    caller: Caller,
    resource: AclResource,
    found: FoundAccessList,
    change: (list: AccessList) => AccessList,
  ): Promise<Target> {
    const target = found.target ?? (await this.#make(caller, resource))
    const { targets, objects } = this.#options.store
    const { appID } = caller.app
    if (resource.kind === 'object') {
      if ((await objects.changeAccessList(target.key, resource.objectID, change)) !== undefined) return target
      throw objectNotFound(appID, resource.scope, resource)
    }
    if ((await targets.changeAccessList(target.key, change)) !== undefined) return target
    throw targetNotFound(appID, resource.scope, target)
  }

  /** Somebody else may have made the bucket meanwhile, and then its list is not for everybody to change. */
  async #make(caller: Caller, { scope, name }: AclResource): Promise<Target> {
    const bucket = await this.#options.buckets.create(caller, scope, name)
    return (await this.#govern(caller, scope, bucket, bucket)).target
  }

  async #govern(
    caller: Caller,
    scope: Scope,
    target: Target,
    { creator, accessList }: { readonly creator: AclSubject | undefined; readonly accessList: AccessList },
  ): Promise<FoundAccessList & { readonly target: Target }> {
    if (await this.#options.rights.governs(caller, scope, creator)) return { target, accessList }
    throw unauthorized(caller)
  }
}
