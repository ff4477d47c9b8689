import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { appID, appOf, otherAppID } from '../delivery.fixture.ts'
import type { Scope } from '../scopes.ts'
import { callers, type Name, names, openTargets, outcomeOf, refused, scopes } from './targets.fixture.ts'

// scope | made by | who may delete it | what others get when there is none
const removers: [Scope['kind'], Name, string][] = [
  ['app', 'ann', 'admin ann bob cid dan eve lamp door'],
  ['user', 'ann', 'admin ann'],
  ['group', 'bob', 'admin ann bob'],
  ['thing', 'lamp', 'admin cid dan lamp'],
]
for (const [kind, creator, allowed] of removers)
  test(`${allowed} may delete a bucket in ${kind} scope (P 10.3)`, async (context) => {
    const { buckets } = await openTargets(context)
    for (const name of names) {
      const isAllowed = allowed.split(' ').includes(name)
      const remove = () => outcomeOf(buckets.remove(callers[name], scopes[kind], 'box'))
      await buckets.create(callers[creator], scopes[kind], 'box')
      assert.equal(await remove(), isAllowed ? 'ok' : 'UNAUTHORIZED', name)
      await outcomeOf(buckets.remove(callers.admin, scopes[kind], 'box'))
      assert.equal(await remove(), isAllowed ? 'BUCKET_NOT_FOUND' : 'UNAUTHORIZED', name)
    }
  })

test('tells of a deleted bucket while its subscriptions are there, and of no object (P 10.1)', async (context) => {
  const targets = await openTargets(context)
  const { buckets, objects, subscriptions, store, events } = targets
  const target = { kind: 'bucket', name: 'box', filter: 'all' } as const
  await subscriptions.subscribe(callers.ann, scopes.user, target, 'user:ann')
  await objects.create(callers.ann, scopes.user, 'box', undefined, () => ({}))
  events.length = 0
  let isSubscribedThen: boolean | undefined
  targets.hears.listener = async (key) => {
    await setTimeout(5)
    isSubscribedThen = await store.subscriptions.hasSubscription(key, 'user:ann')
  }
  await buckets.remove(callers.ann, scopes.user, 'box')
  assert.deepEqual(events, ['BUCKET_DELETED box'])
  assert.equal(isSubscribedThen, true)
  await refused(subscriptions.isSubscribed(callers.ann, scopes.user, target, 'user:ann'), 'FILTER_NOT_FOUND')
})

test('of two that delete a bucket at once one does, and it is told of once (P 10.1)', async (context) => {
  const targets = await openTargets(context)
  const { buckets, events } = targets
  await buckets.create(callers.ann, scopes.user, 'box')
  targets.hears.listener = () => setTimeout(5)
  const remove = () => outcomeOf(buckets.remove(callers.ann, scopes.user, 'box'))
  assert.deepEqual((await Promise.all([remove(), remove()])).toSorted(), ['BUCKET_NOT_FOUND', 'ok'])
  assert.deepEqual(events, ['BUCKET_DELETED box'])
  await buckets.create(callers.ann, scopes.user, 'box')
  assert.equal(await remove(), 'ok')
})

// bucketID | is it taken? (P 1.6)
const bucketIDs: [string, boolean][] = [
  ['ab', true],
  ['x'.repeat(64), true],
  ['CRYPTO:ab', true],
  [`CRYPTO:${'x'.repeat(64)}`, true],
  ['a', false],
  ['x'.repeat(65), false],
  ['CRYPTO:a', false],
  ['crypto:ab', false],
  ['a.b', false],
  ['', false],
]
for (const [bucketID, isTaken] of bucketIDs)
  test(`${isTaken ? 'takes' : 'refuses'} the bucketID ${JSON.stringify(bucketID)} (P 1.6)`, async (context) => {
    const { buckets } = await openTargets(context)
    const outcome = await outcomeOf(buckets.create(callers.ann, scopes.user, bucketID))
    assert.equal(outcome, isTaken ? 'ok' : 'INVALID_BUCKET')
  })

test('of two that make a bucket at once, both have the same', async (context) => {
  const { buckets } = await openTargets(context)
  const [one, other] = await Promise.all([
    buckets.create(callers.ann, scopes.group, 'box'),
    buckets.create(callers.bob, scopes.group, 'box'),
  ])
  assert.deepEqual(one, other)
})

test('a scope has so many buckets and no more', async (context) => {
  const { buckets } = await openTargets(context, { pushBucketsPerScopeMax: 2 })
  for (const bucketID of ['one', 'two']) await buckets.create(callers.ann, scopes.user, bucketID)
  await refused(buckets.create(callers.ann, scopes.user, 'three'), 'OPERATION_NOT_ALLOWED')
  await buckets.create(callers.ann, scopes.user, 'two')
})

test('a bucket of another app is not there', async (context) => {
  const { buckets } = await openTargets(context)
  await buckets.create(callers.ann, scopes.user, 'box')
  const ann = { app: appOf(otherAppID), principal: callers.ann.principal }
  const objectScope = { appID: otherAppID, type: 'APP_AND_USER', userID: 'ann' }
  await refused(buckets.remove(ann, scopes.user, 'box'), 'BUCKET_NOT_FOUND', { bucketID: 'box', objectScope })
  assert.equal((await buckets.look(callers.ann, scopes.user, 'box')).bucket?.appID, appID)
})
