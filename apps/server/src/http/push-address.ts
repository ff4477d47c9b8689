import {
  appScope,
  type Caller,
  type Push,
  type PushApp,
  PushError,
  type Scope,
  type Subject,
} from '@pillion/push'
import type { NewPushMessage } from '@pillion/schema'

/**
 * Sends what the operator wrote, as the admin of the app. The forms of `to` are those of `NewPushMessage`.
 * @returns the id of the accepted message
 */
export async function sendAsAdmin(push: Push, app: PushApp, message: NewPushMessage): Promise<string> {
  const { to, ...members } = message
  const caller: Caller = { app, principal: { kind: 'admin' } }
  if (app.isDisabled)
    throw new PushError('APP_DISABLED', `Push app ${app.appID} is disabled; enable it first.`)
  // There is only one channel here, so nobody has to name it.
  const body = () => ({ mqtt: { enabled: true }, ...members })
  const addressee = await findAddressee(push, caller, to)
  if ('userID' in addressee) return push.messages.toUser(caller, addressee.userID, body)
  if ('thingID' in addressee) return push.messages.toThing(caller, addressee.thingID, body)
  return push.messages.toTopic(caller, addressee.scope, addressee.topicID, body)
}

export type Addressee =
  | { readonly userID: string; readonly subject: Subject }
  | { readonly thingID: string; readonly subject: Subject }
  | { readonly scope: Scope; readonly topicID: string }

/**
 * Who is meant by `to`, one of the forms of `NewPushMessage`. Of a topic it is not known yet whether it exists.
 * @throws {PushError} nobody is
 */
export async function findAddressee(push: Push, caller: Caller, to: string): Promise<Addressee> {
  const [, kind, name] = /^(user|thing|topic):(.+)$/s.exec(to) ?? []
  if (name === undefined) throw badAddress(to)
  if (kind === 'topic') return findTopic(push, caller, name)
  if (kind === 'user') {
    const userID = await findUser(push, caller, name)
    return { userID, subject: `user:${userID}` }
  }
  const thingID = await findThing(push, caller, name)
  return { thingID, subject: `thing:${thingID}` }
}

async function findTopic(
  push: Push,
  caller: Caller,
  path: string,
): Promise<{ scope: Scope; topicID: string }> {
  const parts = path.split('/')
  const [first = '', owner = '', topicID = ''] = parts
  if (parts.length === 1) return { scope: appScope, topicID: first }
  if (parts.length !== 3) throw badAddress(`topic:${path}`)
  if (first === 'users') return { scope: { kind: 'user', id: await findUser(push, caller, owner) }, topicID }
  if (first === 'things')
    return { scope: { kind: 'thing', id: await findThing(push, caller, owner) }, topicID }
  if (first !== 'groups') throw badAddress(`topic:${path}`)
  const group = await push.groups.resolve(caller.app, owner)
  return { scope: { kind: 'group', id: group.groupID }, topicID }
}

/** An id comes first: whoever takes another's id as login name must not get what is meant for that one. */
async function findUser(push: Push, caller: Caller, name: string): Promise<string> {
  const refs = /^(LOGIN_NAME|EMAIL|PHONE):/.test(name)
    ? [name]
    : name.includes('@')
      ? [`EMAIL:${name}`]
      : name === 'me'
        ? []
        : [name, `LOGIN_NAME:${name}`]
  const user = await findFirst(refs, 'USER_NOT_FOUND', (ref) => push.users.resolve(caller, ref))
  if (user === undefined)
    throw new PushError('USER_NOT_FOUND', `There is no user ${name} in ${caller.app.appID}`)
  return user.userID
}

async function findThing(push: Push, caller: Caller, name: string): Promise<string> {
  const refs = name.startsWith('VENDOR_THING_ID:') ? [name] : [name, `VENDOR_THING_ID:${name}`]
  const thing = await findFirst(refs, 'THING_NOT_FOUND', (ref) => push.things.resolve(caller, ref))
  if (thing === undefined)
    throw new PushError('THING_NOT_FOUND', `There is no thing ${name} in ${caller.app.appID}`)
  return thing.thingID
}

async function findFirst<Found>(
  refs: readonly string[],
  missing: PushError['code'],
  resolve: (ref: string) => Promise<Found>,
): Promise<Found | undefined> {
  for (const ref of refs) {
    try {
      return await resolve(ref)
    } catch (error) {
      if (!(error instanceof PushError) || error.code !== missing) throw error
    }
  }
  return undefined
}

function badAddress(to: string): PushError {
  const forms =
    'user:NAME, thing:ID, topic:NAME, topic:users/USER/NAME, topic:groups/GROUP/NAME or topic:things/THING/NAME'
  return new PushError('INVALID_INPUT_DATA', `${JSON.stringify(to.slice(0, 80))} is nobody; write ${forms}`)
}
