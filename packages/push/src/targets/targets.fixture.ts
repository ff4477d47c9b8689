import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { AclSubject, Verb } from '../access-list.ts'
import { addUsers, admin, anonymous, appID, callerOf, openPushStore, thingOf } from '../delivery.fixture.ts'
import { defaultPushLimits, type PushLimits } from '../limits.ts'
import { Objects } from '../objects/objects.ts'
import type { PushStore } from '../ports/push-store.ts'
import type { Target } from '../ports/target-store.ts'
import type { Caller } from '../principal.ts'
import { PushError, type PushErrorCode } from '../push-error.ts'
import { AccessLists } from '../rights/access-lists.ts'
import { Rights } from '../rights/rights.ts'
import { appScope, type Scope } from '../scopes.ts'
import type { BucketEvent } from '../sending/bucket-events.ts'
import { Buckets } from './buckets.ts'
import { Subscriptions } from './subscriptions.ts'
import { Topics } from './topics.ts'

export const thingID = `th.${appID}`

/** ann owns the group crew, bob is a member of it, cid of the group fleet, which owns the lamp as dan does; eve is a stranger. */
export const callers = {
  admin,
  anonymous,
  ann: callerOf({ kind: 'user', id: 'ann' }),
  bob: callerOf({ kind: 'user', id: 'bob' }),
  cid: callerOf({ kind: 'user', id: 'cid' }),
  dan: callerOf({ kind: 'user', id: 'dan' }),
  eve: callerOf({ kind: 'user', id: 'eve' }),
  lamp: callerOf({ kind: 'thing', id: thingID }),
  door: callerOf({ kind: 'thing', id: 'th.door' }),
} as const satisfies Record<string, Caller>
export type Name = keyof typeof callers
export const names = Object.keys(callers) as Name[]

export const scopes = {
  app: appScope,
  user: { kind: 'user', id: 'ann' },
  group: { kind: 'group', id: 'crew' },
  thing: { kind: 'thing', id: thingID },
} as const satisfies Record<Scope['kind'], Scope>

export interface OpenTargets {
  readonly store: PushStore
  readonly rights: Rights
  readonly topics: Topics
  readonly buckets: Buckets
  readonly objects: Objects
  readonly subscriptions: Subscriptions
  readonly accessLists: AccessLists
  /** `type bucketID objectID` of each, in order. */
  readonly events: string[]
  readonly clock: { now: number }
  /** Called with each event before it counts as taken in. */
  readonly hears: { listener?: (bucketKey: number) => Promise<void> }
}

/** Topics, buckets and objects on a store of their own, closed when the test is over. */
export async function openTargets(test: TestContext, limits: Partial<PushLimits> = {}): Promise<OpenTargets> {
  const store = await openPushStore(test)
  await addPeople(store)
  const events: string[] = []
  const clock = { now: 1_000 }
  const hears: OpenTargets['hears'] = {}
  const shared = {
    limits: { ...defaultPushLimits, ...limits },
    now: () => clock.now,
    rights: new Rights(store),
    events: {
      async publish(_: Caller, { key, name }: Target, event: BucketEvent) {
        await hears.listener?.(key)
        const about = 'objectID' in event ? ` ${event.objectID}` : ''
        events.push(`${event.type} ${name}${about}`)
      },
    },
  }
  const topics = new Topics({ ...shared, store: store.targets })
  const buckets = new Buckets({ ...shared, store: store.targets })
  const objects = new Objects({ ...shared, store: store.objects, buckets })
  const subscriptions = new Subscriptions({ ...shared, store })
  const accessLists = new AccessLists({ ...shared, store, topics, buckets, review: subscriptions })
  return {
    store,
    rights: shared.rights,
    topics,
    buckets,
    objects,
    subscriptions,
    accessLists,
    events,
    clock,
    hears,
  }
}

async function addPeople(store: PushStore): Promise<void> {
  await addUsers(store, appID, ['ann', 'bob', 'cid', 'dan', 'eve'])
  await store.things.addThing(
    { ...thingOf(appID), thingID: 'th.door', vendorThingID: 'door' },
    { principalsMax: 1_000 },
  )
  const group = { appID, name: 'a group', createdAt: 0, modifiedAt: 0 }
  await store.groups.addGroup({ ...group, groupID: 'crew', key: 'c', owner: 'ann' }, ['ann', 'bob'])
  await store.groups.addGroup({ ...group, groupID: 'fleet', key: 'f', owner: undefined }, ['cid'])
  await store.owners.addOwner(appID, thingID, 'user:dan', { ownersMax: 10 })
  await store.owners.addOwner(appID, thingID, 'group:fleet', { ownersMax: 10 })
}

/** Puts an entry into the list of a topic or bucket, whoever may do so. */
export async function grant(
  { store }: OpenTargets,
  target: { readonly key: number },
  verb: Verb,
  ...subjects: AclSubject[]
): Promise<void> {
  await store.targets.changeAccessList(target.key, (list) => ({
    ...list,
    [verb]: [...(list[verb] ?? []), ...subjects],
  }))
}

/** 'ok', or the code of the PushError. */
export async function outcomeOf(work: Promise<unknown>): Promise<'ok' | PushErrorCode> {
  try {
    await work
    return 'ok'
  } catch (error) {
    if (error instanceof PushError) return error.code
    throw error
  }
}

export async function refused(
  work: Promise<unknown>,
  code: PushErrorCode,
  details?: Record<string, unknown>,
): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof PushError, String(error))
    assert.equal(error.code, code)
    if (details !== undefined) assert.deepEqual(error.details, details)
    return true
  })
}
