import type { Target } from '../ports/target-store.ts'
import { parseSubject, type Subject } from '../principal.ts'
import { PushError, type PushErrorCode } from '../push-error.ts'
import { objectScope, type Scope } from '../scopes.ts'

/** Details of errors about a topic or bucket (P 15). */
export function targetDetails(
  appID: string,
  scope: Scope,
  { kind, name }: Pick<Target, 'kind' | 'name'>,
): Record<string, unknown> {
  return { [`${kind}ID`]: name, objectScope: objectScope(appID, scope) }
}

export function targetNotFound(
  appID: string,
  scope: Scope,
  target: Pick<Target, 'kind' | 'name'>,
): PushError {
  const code = target.kind === 'topic' ? 'TOPIC_NOT_FOUND' : 'BUCKET_NOT_FOUND'
  return new PushError(code, `There is no such ${target.kind} in this scope`, {
    details: targetDetails(appID, scope, target),
  })
}

/** `name` is the bucketID. */
export function objectNotFound(
  appID: string,
  scope: Scope,
  { name, objectID }: { readonly name: string; readonly objectID: string },
): PushError {
  return new PushError('OBJECT_NOT_FOUND', 'There is no such object in the bucket', {
    details: { objectID, ...targetDetails(appID, scope, { kind: 'bucket', name }) },
  })
}

/** A bucket without subscribers that was never made has no filter either, and that is what clients look for (P 10.2). */
export function filterNotFound(appID: string, scope: Scope, bucketID: string): PushError {
  return new PushError('FILTER_NOT_FOUND', 'The bucket has no such filter', {
    details: targetDetails(appID, scope, { kind: 'bucket', name: bucketID }),
  })
}

export function subscriptionError(
  code: Extract<PushErrorCode, `PUSH_SUBSCRIPTION_${string}`>,
  {
    appID,
    scope,
    target,
    subject,
  }: {
    appID: string
    scope: Scope
    target: Pick<Target, 'kind' | 'name'>
    subject: Subject
  },
): PushError {
  const { kind, id } = parseSubject(subject)
  const text = code.endsWith('EXISTS') ? `The ${kind} is subscribed already` : `The ${kind} is not subscribed`
  return new PushError(code, text, {
    details: { ...targetDetails(appID, scope, target), subject: { [`${kind}ID`]: id } },
  })
}
