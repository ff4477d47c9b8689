import type { AccessList, AclSubject, BucketVerb, ObjectVerb, TopicVerb } from '../access-list.ts'
import type { Principal } from '../principal.ts'
import type { Scope } from '../scopes.ts'

/** Whoever is signed in, things too (P 17 row 30). */
export const ANY_AUTHENTICATED: AclSubject = 'UserID:ANY_AUTHENTICATED_USER'
export const ANONYMOUS: AclSubject = 'UserID:ANONYMOUS_USER'

export const topicVerbs = ['SUBSCRIBE_TO_TOPIC', 'SEND_MESSAGE_TO_TOPIC'] as const satisfies TopicVerb[]
export const bucketVerbs = [
  'CREATE_OBJECTS_IN_BUCKET',
  'QUERY_OBJECTS_IN_BUCKET',
  'DROP_BUCKET_WITH_ALL_CONTENT',
  'READ_OBJECTS_IN_BUCKET',
] as const satisfies BucketVerb[]
export const objectVerbs = ['READ_EXISTING_OBJECT', 'WRITE_EXISTING_OBJECT'] as const satisfies ObjectVerb[]

/** Undefined: the admin, who needs no entry, or nobody. */
export function aclSubjectOf(principal: Principal): AclSubject | undefined {
  if (principal.kind === 'user') return `UserID:${principal.id}`
  return principal.kind === 'thing' ? `ThingID:${principal.id}` : undefined
}

/** P 7.4. An app's topics only the admin makes, who alone may then send. */
export function defaultTopicAccess(scope: Scope, creator: AclSubject | undefined): AccessList {
  if (scope.kind === 'app') return { SUBSCRIBE_TO_TOPIC: [ANY_AUTHENTICATED], SEND_MESSAGE_TO_TOPIC: [] }
  const entries = scopeEntries(scope, creator)
  return { SUBSCRIBE_TO_TOPIC: entries, SEND_MESSAGE_TO_TOPIC: entries }
}

/** P 10.3. */
export function defaultBucketAccess(scope: Scope, creator: AclSubject | undefined): AccessList {
  const isApp = scope.kind === 'app'
  const write = isApp ? [ANY_AUTHENTICATED] : scopeEntries(scope, creator)
  const read = isApp ? [ANY_AUTHENTICATED, ANONYMOUS] : write
  return {
    CREATE_OBJECTS_IN_BUCKET: write,
    QUERY_OBJECTS_IN_BUCKET: read,
    DROP_BUCKET_WITH_ALL_CONTENT: write,
    READ_OBJECTS_IN_BUCKET: read,
  }
}

/** P 10.3. In the app whoever may read in the bucket may read the object: that is the bucket's list, not the object's. */
export function defaultObjectAccess(scope: Scope, creator: AclSubject | undefined): AccessList {
  const write = scopeEntries(scope, creator)
  return { READ_EXISTING_OBJECT: scope.kind === 'app' ? [] : write, WRITE_EXISTING_OBJECT: write }
}

/** One entry where both are the same (P 11). The owners of a thing have none: they hold what the thing's entry gives (see Judge). */
function scopeEntries({ kind, id }: Scope, creator: AclSubject | undefined): AclSubject[] {
  const entries: AclSubject[] = []
  if (kind === 'user') entries.push(`UserID:${id}`)
  if (kind === 'group') entries.push(`GroupID:${id}`)
  if (kind === 'thing') entries.push(`ThingID:${id}`)
  if (creator !== undefined && !entries.includes(creator)) entries.push(creator)
  return entries
}
