import type { AclSubject } from '../access-list.ts'
import { invalidInput } from '../invalid-input.ts'
import type { PushStore } from '../ports/push-store.ts'
import { PushError } from '../push-error.ts'
import { ANONYMOUS, ANY_AUTHENTICATED } from './default-access.ts'

const subjectPattern = /^(UserID|GroupID|ThingID):([^/:?#%\s]{1,200})$/

/** A subject as paths have it (P 11). INVALID_INPUT_DATA. */
export function parseAclSubject(text: string): AclSubject {
  if (subjectPattern.test(text)) return text as AclSubject
  throw invalidInput('subject', 'A subject is UserID:…, GroupID:… or ThingID:…')
}

/** USER_NOT_FOUND, GROUP_NOT_FOUND, THING_NOT_FOUND: an entry for nobody could become somebody's later. */
export async function checkSubjectExists(
  { users, groups, things }: Pick<PushStore, 'users' | 'groups' | 'things'>,
  appID: string,
  subject: AclSubject,
): Promise<void> {
  if (subject === ANONYMOUS || subject === ANY_AUTHENTICATED) return
  const colon = subject.indexOf(':')
  const id = subject.slice(colon + 1)
  const kind = subject.slice(0, colon)
  if (kind === 'GroupID') {
    if ((await groups.findGroup(appID, id)) !== undefined) return
    throw new PushError('GROUP_NOT_FOUND', 'There is no such group in this app', {
      details: { groupID: id, appID },
    })
  }
  const isUser = kind === 'UserID'
  const found = isUser
    ? await users.findUser(appID, { userID: id })
    : await things.findThing(appID, { thingID: id })
  if (found !== undefined) return
  throw new PushError(
    isUser ? 'USER_NOT_FOUND' : 'THING_NOT_FOUND',
    `There is no such ${isUser ? 'user' : 'thing'} in this app`,
    { details: { field: isUser ? 'userID' : 'thingID', value: id, appID } },
  )
}
