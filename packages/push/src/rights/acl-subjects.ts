import type { AclSubject } from '../access-list.ts'
import { invalidInput } from '../invalid-input.ts'
import type { PushStore } from '../ports/push-store.ts'
import { PushError } from '../push-error.ts'
import { requireSubject } from '../require-subject.ts'
import type { Scope } from '../scopes.ts'
import { ANONYMOUS, ANY_AUTHENTICATED } from './default-access.ts'

const subjectPattern = /^(UserID|GroupID|ThingID):([^/:?#%\s]{1,200})$/

/** A subject as paths have it (P 11). INVALID_INPUT_DATA. */
export function parseAclSubject(text: string): AclSubject {
  if (subjectPattern.test(text)) return text as AclSubject
  throw invalidInput('subject', 'A subject is UserID:…, GroupID:… or ThingID:…')
}

/** A subject as it is kept, in `GroupID:` the id and, if it has one, the key. */
export function parseGroupEntry(
  entry: AclSubject,
): { readonly groupID: string; readonly key: string | undefined } | undefined {
  const [kind, groupID = '', key] = entry.split(':')
  return kind === 'GroupID' ? { groupID, key } : undefined
}

/** A subject that is kept, as paths and answers have it. */
export function withoutKey(entry: AclSubject): AclSubject {
  const group = parseGroupEntry(entry)
  return group === undefined ? entry : `GroupID:${group.groupID}`
}

/**
 * A subject as it is kept in a list of that scope. USER_NOT_FOUND, GROUP_NOT_FOUND, THING_NOT_FOUND: an entry for nobody could
 * become somebody's later.
 */
export async function resolveAclSubject(
  { users, groups, things }: Pick<PushStore, 'users' | 'groups' | 'things'>,
  appID: string,
  scope: Scope,
  subject: AclSubject,
): Promise<AclSubject> {
  if (subject === ANONYMOUS || subject === ANY_AUTHENTICATED) return subject
  const colon = subject.indexOf(':')
  const id = subject.slice(colon + 1)
  const kind = subject.slice(0, colon)
  if (kind === 'GroupID') {
    const group = await groups.findGroup(appID, id)
    if (group !== undefined) return isOwnScope(scope, id) ? subject : `${subject}:${group.key}`
    throw new PushError('GROUP_NOT_FOUND', 'There is no such group in this app', {
      details: { groupID: id, appID },
    })
  }
  await requireSubject({ users, things }, appID, kind === 'UserID' ? `user:${id}` : `thing:${id}`)
  return subject
}

function isOwnScope({ kind, id }: Scope, groupID: string): boolean {
  return kind === 'group' && id === groupID
}
