import assert from 'node:assert/strict'
import { test } from 'node:test'
import { appOf, otherAppID } from '../delivery.fixture.ts'
import type { Scope } from '../scopes.ts'
import {
  callers,
  grant,
  type Name,
  names,
  openTargets,
  outcomeOf,
  refused,
  scopes,
} from './targets.fixture.ts'

// scope | who may create
const creators: [Scope['kind'], string][] = [
  ['app', 'admin'],
  ['user', 'admin ann'],
  ['group', 'admin ann bob'],
  ['thing', 'admin cid dan lamp'],
]
for (const [kind, allowed] of creators)
  test(`${allowed} may create topics in ${kind} scope, others are UNAUTHORIZED (P 7.4)`, async (context) => {
    const { topics } = await openTargets(context)
    for (const name of names) {
      const outcome = await outcomeOf(topics.create(callers[name], scopes[kind], `of-${name}`))
      assert.equal(outcome, allowed.split(' ').includes(name) ? 'ok' : 'UNAUTHORIZED', name)
    }
  })

test('a topic is created once, and errors say which and where (P 7.2)', async (context) => {
  const { topics } = await openTargets(context)
  const details = { topicID: 'news', objectScope: { appID: 'k7demo01', type: 'APP_AND_USER', userID: 'ann' } }
  await refused(topics.exists(callers.ann, scopes.user, 'news'), 'TOPIC_NOT_FOUND', details)
  await topics.create(callers.ann, scopes.user, 'news')
  assert.equal(await topics.exists(callers.ann, scopes.user, 'news'), true)
  await refused(topics.create(callers.ann, scopes.user, 'news'), 'TOPIC_ALREADY_EXISTS', details)
  await topics.create(callers.ann, scopes.group, 'news')
})

// topicID | is it taken? (P 1.6)
const topicIDs: [string, boolean][] = [
  ['n', true],
  ['A-z_9', true],
  ['x'.repeat(64), true],
  ['x'.repeat(65), false],
  ['', false],
  ['a.b', false],
  ['a b', false],
  ['ä', false],
  ['a\n', false],
]
for (const [topicID, isTaken] of topicIDs)
  test(`${isTaken ? 'takes' : 'refuses'} the topicID ${JSON.stringify(topicID)} (P 1.6)`, async (context) => {
    const { topics } = await openTargets(context)
    const outcome = await outcomeOf(topics.create(callers.admin, scopes.app, topicID))
    assert.equal(outcome, isTaken ? 'ok' : 'INVALID_INPUT_DATA')
  })

test('a caller without the right learns nothing of a bad name (P 2.3)', async (context) => {
  const { topics } = await openTargets(context)
  await refused(topics.create(callers.eve, scopes.user, 'a b'), 'UNAUTHORIZED')
})

test('a scope has so many topics and no more', async (context) => {
  const { topics } = await openTargets(context, { pushTopicsPerScopeMax: 2 })
  for (const topicID of ['one', 'two']) await topics.create(callers.ann, scopes.user, topicID)
  await refused(topics.create(callers.ann, scopes.user, 'three'), 'OPERATION_NOT_ALLOWED')
  await topics.create(callers.ann, scopes.group, 'three')
})

// who | scope | of a topic that is there | of one that is not
const lookers: [Name, Scope['kind'], string, string][] = [
  ['ann', 'user', 'ok', 'TOPIC_NOT_FOUND'],
  ['admin', 'user', 'ok', 'TOPIC_NOT_FOUND'],
  ['eve', 'user', 'UNAUTHORIZED', 'UNAUTHORIZED'],
  ['lamp', 'user', 'UNAUTHORIZED', 'UNAUTHORIZED'],
  ['anonymous', 'user', 'UNAUTHORIZED', 'UNAUTHORIZED'],
  ['bob', 'group', 'ok', 'TOPIC_NOT_FOUND'],
  ['eve', 'group', 'UNAUTHORIZED', 'UNAUTHORIZED'],
  ['dan', 'thing', 'ok', 'TOPIC_NOT_FOUND'],
  ['door', 'thing', 'UNAUTHORIZED', 'UNAUTHORIZED'],
  ['eve', 'app', 'ok', 'TOPIC_NOT_FOUND'],
  ['door', 'app', 'ok', 'TOPIC_NOT_FOUND'],
  ['anonymous', 'app', 'UNAUTHORIZED', 'UNAUTHORIZED'],
]
for (const [name, kind, there, missing] of lookers)
  test(`${name} in ${kind} scope: ${there} of a topic, ${missing} of none (P 2.3)`, async (context) => {
    const { topics } = await openTargets(context)
    await topics.create(callers.admin, scopes[kind], 'news')
    assert.equal(await outcomeOf(topics.exists(callers[name], scopes[kind], 'news')), there)
    assert.equal(await outcomeOf(topics.exists(callers[name], scopes[kind], 'gone')), missing)
  })

test('either verb shows that a topic exists, and so does having made it (P 2.4)', async (context) => {
  const targets = await openTargets(context)
  const { topics } = targets
  await topics.create(callers.ann, scopes.user, 'news')
  const topic = await topics.find(callers.ann, scopes.user, 'news')
  await grant(targets, topic, 'SUBSCRIBE_TO_TOPIC', 'UserID:bob')
  await grant(targets, topic, 'SEND_MESSAGE_TO_TOPIC', 'ThingID:th.door')
  assert.equal(await topics.exists(callers.bob, scopes.user, 'news'), true)
  assert.equal(await topics.exists(callers.door, scopes.user, 'news'), true)
  await targets.store.targets.changeAccessList(topic.key, () => ({}))
  assert.equal(await topics.exists(callers.ann, scopes.user, 'news'), true)
  await refused(topics.exists(callers.bob, scopes.user, 'news'), 'UNAUTHORIZED')
})

// scope | made by | who may delete
const removers: [Scope['kind'], Name, string][] = [
  ['app', 'admin', 'admin'],
  ['user', 'ann', 'admin ann'],
  ['group', 'bob', 'admin ann bob'],
  ['group', 'ann', 'admin ann'],
  ['thing', 'dan', 'admin cid dan lamp'],
]
for (const [kind, creator, allowed] of removers)
  test(`${allowed} may delete a topic of ${creator} in ${kind} scope (P 2.4)`, async (context) => {
    const { topics } = await openTargets(context)
    for (const name of names) {
      // There again after each removal that was allowed.
      await outcomeOf(topics.create(callers[creator], scopes[kind], 'news'))
      const outcome = await outcomeOf(topics.remove(callers[name], scopes[kind], 'news'))
      assert.equal(outcome, allowed.split(' ').includes(name) ? 'ok' : 'UNAUTHORIZED', name)
    }
  })

test('a topic that was deleted is gone, for its creator too (P 7.2)', async (context) => {
  const { topics } = await openTargets(context)
  await topics.create(callers.ann, scopes.user, 'news')
  await topics.remove(callers.ann, scopes.user, 'news')
  await refused(topics.remove(callers.ann, scopes.user, 'news'), 'TOPIC_NOT_FOUND')
  await refused(topics.remove(callers.eve, scopes.user, 'news'), 'UNAUTHORIZED')
  await topics.create(callers.ann, scopes.user, 'news')
})

test('lists in pages by topicID, with no key on the last (P 7.2)', async (context) => {
  const { topics } = await openTargets(context)
  const ids = Array.from({ length: 120 }, (_, index) => `t${String(index).padStart(3, '0')}`)
  for (const topicID of ids.toReversed()) await topics.create(callers.ann, scopes.user, topicID)
  const pages: string[][] = []
  let key: string | undefined
  do {
    const page = await topics.list(callers.ann, scopes.user, key)
    pages.push(page.topicIDs)
    key = page.next
  } while (key !== undefined)
  assert.deepEqual(
    pages.map(({ length }) => length),
    [50, 50, 20],
  )
  assert.deepEqual(pages.flat(), ids)
})

test('a listing of exactly one page is the last (P 7.2)', async (context) => {
  const { topics } = await openTargets(context, { pushTopicsPerPageMax: 2 })
  for (const topicID of ['a', 'b']) await topics.create(callers.ann, scopes.user, topicID)
  assert.deepEqual(await topics.list(callers.ann, scopes.user), { topicIDs: ['a', 'b'], next: undefined })
})

test('shows those that the caller may subscribe to, and the admin all (P 7.2)', async (context) => {
  const targets = await openTargets(context, { pushTopicsPerPageMax: 2 })
  const { topics, store } = targets
  for (const topicID of ['a', 'b', 'c', 'd']) await topics.create(callers.admin, scopes.app, topicID)
  for (const topicID of ['b', 'c']) {
    const { key } = await topics.find(callers.admin, scopes.app, topicID)
    await store.targets.changeAccessList(key, () => ({ SEND_MESSAGE_TO_TOPIC: ['UserID:eve'] }))
  }
  assert.deepEqual(await topics.list(callers.eve, scopes.app), { topicIDs: ['a', 'd'], next: undefined })
  const { topicIDs, next } = await topics.list(callers.admin, scopes.app)
  assert.deepEqual(topicIDs, ['a', 'b'])
  assert.deepEqual((await topics.list(callers.admin, scopes.app, next)).topicIDs, ['c', 'd'])
})

test('a stranger to the scope sees what was granted to it, and without that is UNAUTHORIZED (P 2.3)', async (context) => {
  const targets = await openTargets(context)
  const { topics } = targets
  for (const topicID of ['a', 'b']) await topics.create(callers.ann, scopes.user, topicID)
  await refused(topics.list(callers.eve, scopes.user), 'UNAUTHORIZED')
  await refused(topics.list(callers.anonymous, scopes.app), 'UNAUTHORIZED')
  const topic = await topics.find(callers.ann, scopes.user, 'b')
  await grant(targets, topic, 'SUBSCRIBE_TO_TOPIC', 'UserID:eve')
  assert.deepEqual((await topics.list(callers.eve, scopes.user)).topicIDs, ['b'])
})

for (const key of ['', 'x', 'news', '"news"', 'bnVsbA', 'eyJhIjoxfQ', '%', 'IiAi'])
  test(`refuses the pagination key ${JSON.stringify(key)} (P 7.2)`, async (context) => {
    const { topics } = await openTargets(context)
    await refused(topics.list(callers.ann, scopes.user, key), 'INVALID_INPUT_DATA', {
      field: 'paginationKey',
    })
  })

test('topics of another app are not there', async (context) => {
  const { topics } = await openTargets(context)
  await topics.create(callers.ann, scopes.user, 'news')
  const ann = { app: appOf(otherAppID), principal: callers.ann.principal }
  await refused(topics.find(ann, scopes.user, 'news'), 'TOPIC_NOT_FOUND')
  assert.deepEqual((await topics.list(ann, scopes.user)).topicIDs, [])
})
