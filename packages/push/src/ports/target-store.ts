import type { AccessList, AclSubject } from '../access-list.ts'
import type { ScopeKey } from '../scopes.ts'

/** What can be subscribed to: a topic or a bucket. */
export interface Target {
  /** Never used twice. */
  readonly key: number
  readonly appID: string
  readonly scope: ScopeKey
  readonly kind: 'topic' | 'bucket'
  /** topicID or bucketID. */
  readonly name: string
  /** Undefined: the admin. */
  readonly creator: AclSubject | undefined
  readonly accessList: AccessList
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

export type TargetName = Pick<Target, 'appID' | 'scope' | 'kind' | 'name'>

export interface TargetStore {
  /** 'full': the scope has as many of that kind as may be. 'exists' with the one that is there. */
  addTarget(
    target: Omit<Target, 'key'>,
    limits: { perScopeMax: number },
  ): Promise<{ readonly state: 'added' | 'exists'; readonly target: Target } | { readonly state: 'full' }>
  findTarget(name: TargetName): Promise<Target | undefined>
  /** Those whose names come after `after`, by name (in the order of code points). */
  listTargets(of: Pick<Target, 'appID' | 'scope' | 'kind'>, after: string, limit: number): Promise<Target[]>
  /** Read, changed and written as one. Undefined if the target is gone. */
  changeAccessList(key: number, change: (list: AccessList) => AccessList): Promise<AccessList | undefined>
  /**
   * It is gone at once; its subscriptions and objects, which may be very many, go in pieces after it, without delaying others.
   * Of several that remove it, one gets true; its `tell` runs before the subscriptions go.
   */
  removeTarget(key: number, tell?: () => Promise<void>): Promise<boolean>
  /** Removes what an interrupted removal has left behind. */
  sweep(): Promise<void>
}
