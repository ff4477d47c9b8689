import type { PushLimits } from '../limits.ts'
import type { Target, TargetName, TargetStore } from '../ports/target-store.ts'
import type { Caller } from '../principal.ts'
import { PushError } from '../push-error.ts'
import { aclSubjectOf, defaultBucketAccess } from '../rights/default-access.ts'
import { type Scope, scopeKey } from '../scopes.ts'
import { targetDetails } from './target-errors.ts'

const bucketIDPattern = /^(?:CRYPTO:)?[A-Za-z0-9_-]{2,64}$/

export interface NewBucketOptions {
  readonly store: Pick<TargetStore, 'addTarget'>
  readonly limits: PushLimits
  readonly now?: (() => number) | undefined
}

export function bucketName({ app: { appID } }: Caller, scope: Scope, bucketID: string): TargetName {
  return { appID, scope: scopeKey(scope), kind: 'bucket', name: bucketID }
}

/**
 * With the caller as its creator. The one that is there if somebody made it meanwhile. INVALID_BUCKET; OPERATION_NOT_ALLOWED
 * when the scope has as many as it may. Rights are the affair of whoever calls this.
 */
export async function createBucket(
  { store, limits, now = Date.now }: NewBucketOptions,
  caller: Caller,
  scope: Scope,
  bucketID: string,
): Promise<Target> {
  const details = targetDetails(caller.app.appID, scope, { kind: 'bucket', name: bucketID })
  if (!bucketIDPattern.test(bucketID))
    throw new PushError('INVALID_BUCKET', 'A bucketID has 2 to 64 letters, digits, - and _', { details })
  const creator = aclSubjectOf(caller.principal)
  const accessList = defaultBucketAccess(scope, creator)
  const perScopeMax = limits.pushBucketsPerScopeMax
  const bucket = { ...bucketName(caller, scope, bucketID), creator, accessList, createdAt: now() }
  const added = await store.addTarget(bucket, { perScopeMax })
  if (added.state !== 'full') return added.target
  throw new PushError('OPERATION_NOT_ALLOWED', `A scope has at most ${perScopeMax} buckets`, { details })
}
