import type { TestContext } from 'node:test'
import { openSqlite } from '@pillion/store'
import { PushApps } from './apps/push-apps.ts'
import { Groups } from './groups/groups.ts'
import { defaultPushLimits, type PushLimits } from './limits.ts'
import { Passwords } from './passwords/passwords.ts'
import type { PushApp, PushAppSettings } from './ports/push-app-store.ts'
import { type Caller, type Principal, type Subject, subjectOf } from './principal.ts'
import { Rights } from './rights/rights.ts'
import type { Scope } from './scopes.ts'
import { Subscriptions } from './targets/subscriptions.ts'
import { Topics } from './targets/topics.ts'
import { Ownership } from './things/ownership.ts'
import { type KnownPresence, Things } from './things/things.ts'
import { SignIn } from './tokens/sign-in.ts'
import { Tokens } from './tokens/tokens.ts'
import { Users } from './users/users.ts'

export interface PeopleOptions {
  readonly limits?: Partial<PushLimits>
  readonly settings?: Partial<PushAppSettings>
  readonly presence?: KnownPresence
}

/** A body that must not be read, because an earlier check refuses (P 2.3). */
export const unread = (): never => {
  throw new Error('The body was read')
}

export const anonymous: Principal = { kind: 'anonymous' }
export const admin: Principal = { kind: 'admin' }
export const nobody: Principal = { kind: 'user', id: 'nobody' }

/** Everything of this room on a store of its own, with two apps; closed when the test is over. */
export async function openPeople(test: TestContext, options: PeopleOptions = {}) {
  const opened = await openSqlite({ file: ':memory:' })
  test.after(() => opened.close())
  const store = opened.push
  const clock = { now: Date.UTC(2026, 0, 1) }
  const now = () => clock.now
  const ended: string[] = []
  /** Looks at the store at the moment when connections are ended. */
  const whenEnded = {
    look: (): Promise<unknown> => Promise.resolve(),
    saw: Promise.resolve() as Promise<unknown>,
  }
  const limits = { ...defaultPushLimits, ...options.limits }
  const shared = {
    limits,
    now,
    ended: (appID: string, subject = '', text: string) => {
      ended.push(`${appID} ${subject} ${text}`)
      whenEnded.saw = whenEnded.look()
    },
  }
  const passwords = new Passwords({ waitingMax: () => limits.pushPasswordsWaitingMax })
  const rights = new Rights(store)
  const subscriptions = new Subscriptions({ ...shared, store, rights })
  const review = subscriptions
  const topics = new Topics({ ...shared, store: store.targets, rights })
  const apps = new PushApps({ ...shared, store: store.apps, tokens: store.tokens })
  const tokens = new Tokens({ ...shared, store: store.tokens })
  const signIn = new SignIn({ ...shared, users: store.users, things: store.things, apps, tokens, passwords })
  const groups = new Groups({ ...shared, store: store.groups, review })
  const users = new Users({ ...shared, store: store.users, tokens, passwords, groups, review })
  const presence = options.presence ?? { of: () => undefined }
  const parts = { ...shared, tokens, passwords, groups, presence }
  const things = new Things({ ...parts, store: store.things, owners: store.owners })
  const ownership = new Ownership({ ...parts, store: store.owners, things, users, review })

  const { app, clientSecret } = await apps.add({ appID: 'k7demo01', settings: options.settings ?? {} })
  const { app: otherApp } = await apps.add({ appID: 'k7other1' })
  const as = (principal: Principal, of: PushApp = app): Caller => ({ app: of, principal })

  /** A user without password, and who it is as a caller. */
  const addUser = async (of: PushApp = app) => {
    const { user, token } = await users.registerWithToken(of, () => ({}))
    return { user, token, id: user.userID, caller: as({ kind: 'user', id: user.userID }, of) }
  }
  const addThing = async (vendorThingID: string, of: PushApp = app) => {
    const { thing, token } = await things.registerWithToken(of, () => ({
      _vendorThingID: vendorThingID,
      _password: 'lamp password',
    }))
    return { thing, token, id: thing.thingID, caller: as({ kind: 'thing', id: thing.thingID }, of) }
  }
  /** Makes a topic in the scope and subscribes the caller, or its thing; tells whether that still is subscribed. */
  const subscribe = async (caller: Caller, scope: Scope, thingID?: string) => {
    const subject =
      thingID === undefined ? (subjectOf(caller.principal) as Subject) : (`thing:${thingID}` as const)
    await topics.create(as(admin, caller.app), scope, 'news').catch(() => {})
    await subscriptions.subscribe(caller, scope, { kind: 'topic', name: 'news' }, subject)
    return async () => {
      const all = await store.subscriptions.listSubscriptions(caller.app.appID, subject)
      return all.some(({ target }) => target.scope === `${scope.kind}:${scope.id}`)
    }
  }
  return {
    ...{
      store,
      clock,
      ended,
      whenEnded,
      limits,
      app,
      otherApp,
      clientSecret,
      as,
      addUser,
      addThing,
      subscribe,
    },
    ...{ apps, tokens, signIn, passwords, users, things, ownership, groups, topics, subscriptions },
  }
}

export type People = Awaited<ReturnType<typeof openPeople>>
