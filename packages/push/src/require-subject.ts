import type { PushStore } from './ports/push-store.ts'
import { parseSubject, type Subject } from './principal.ts'
import { PushError } from './push-error.ts'

/** For a plain id that a request names beside its path. USER_NOT_FOUND, THING_NOT_FOUND. */
export async function requireSubject(
  { users, things }: Pick<PushStore, 'users' | 'things'>,
  appID: string,
  subject: Subject,
): Promise<void> {
  const { kind, id } = parseSubject(subject)
  const found =
    kind === 'user'
      ? await users.findUser(appID, { userID: id })
      : await things.findThing(appID, { thingID: id })
  if (found !== undefined) return
  const code = kind === 'user' ? 'USER_NOT_FOUND' : 'THING_NOT_FOUND'
  throw new PushError(code, `There is no such ${kind} in this app`, {
    details: { field: `${kind}ID`, value: id, appID },
  })
}
