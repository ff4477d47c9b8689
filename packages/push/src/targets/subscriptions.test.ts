import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addUsers, appID, appOf, otherAppID } from '../delivery.fixture.ts'
import type { Target } from '../ports/target-store.ts'
import type { Subject } from '../principal.ts'
import type { Scope } from '../scopes.ts'
import type { Subscriptions, SubscriptionTarget } from './subscriptions.ts'
import {
  callers,
  grant,
  type Name,
  names,
  type OpenTargets,
  openTargets,
  outcomeOf,
  refused,
  scopes,
  thingID,
} from './targets.fixture.ts'

const topic: SubscriptionTarget = { kind: 'topic', name: 'news' }
const bucket: SubscriptionTarget = { kind: 'bucket', name: 'news', filter: 'all' }
const lamp: Subject = `thing:${thingID}`
const app = callers.ann.app

/** Of somebody who has one. */
function subjectOf(name: Name): Subject {
  const { principal } = callers[name]
  assert.ok(principal.kind === 'user' || principal.kind === 'thing')
  return `${principal.kind}:${principal.id}`
}

async function openTopic(targets: OpenTargets, scope: Scope): Promise<Target> {
  await targets.topics.create(callers.admin, scope, 'news')
  return targets.topics.find(callers.admin, scope, 'news')
}

const who = names.filter((name) => name !== 'admin' && name !== 'anonymous')
// scope | who may subscribe itself to a topic, and to a bucket
const selves: [Scope['kind'], string][] = [
  ['app', 'ann bob cid dan eve lamp door'],
  ['user', 'ann'],
  ['group', 'ann bob'],
  ['thing', 'cid dan lamp'],
]
for (const [kind, allowed] of selves)
  for (const target of [topic, bucket])
    test(`${allowed} may subscribe to a ${target.kind} in ${kind} scope (P 7.3, 10.2)`, async (context) => {
      const targets = await openTargets(context)
      const { subscriptions } = targets
      if (target.kind === 'topic') await openTopic(targets, scopes[kind])
      for (const name of who) {
        const place = [callers[name], scopes[kind], target, subjectOf(name)] as const
        const isAllowed = allowed.split(' ').includes(name)
        assert.equal(
          await outcomeOf(subscriptions.subscribe(...place)),
          isAllowed ? 'ok' : 'UNAUTHORIZED',
          name,
        )
        const [checked, ended] = isAllowed ? ['ok', 'ok'] : ['UNAUTHORIZED', 'UNAUTHORIZED']
        assert.equal(await outcomeOf(subscriptions.isSubscribed(...place)), checked, name)
        assert.equal(await outcomeOf(subscriptions.unsubscribe(...place)), ended, name)
      }
    })

test('subscribes once, and says who is not subscribed to what (P 7.3)', async (context) => {
  const targets = await openTargets(context)
  const { subscriptions } = targets
  await openTopic(targets, scopes.user)
  const place = [callers.ann, scopes.user, topic, 'user:ann'] as const
  const objectScope = { appID, type: 'APP_AND_USER', userID: 'ann' }
  const details = { topicID: 'news', objectScope, subject: { userID: 'ann' } }
  await refused(subscriptions.isSubscribed(...place), 'PUSH_SUBSCRIPTION_NOT_FOUND', details)
  await refused(subscriptions.unsubscribe(...place), 'PUSH_SUBSCRIPTION_NOT_FOUND', details)
  await subscriptions.subscribe(...place)
  assert.equal(await subscriptions.isSubscribed(...place), true)
  await refused(subscriptions.subscribe(...place), 'PUSH_SUBSCRIPTION_ALREADY_EXISTS', details)
  await subscriptions.unsubscribe(...place)
  await refused(subscriptions.unsubscribe(...place), 'PUSH_SUBSCRIPTION_NOT_FOUND', details)
  await subscriptions.subscribe(...place)
})

test('of a bucket and a thing the details name those (P 7.3)', async (context) => {
  const { subscriptions } = await openTargets(context)
  const place = [callers.lamp, scopes.thing, bucket, lamp] as const
  const objectScope = { appID, type: 'APP_AND_THING', thingID }
  await refused(subscriptions.isSubscribed(...place), 'FILTER_NOT_FOUND', { bucketID: 'news', objectScope })
  await subscriptions.subscribe(...place)
  await refused(subscriptions.subscribe(...place), 'PUSH_SUBSCRIPTION_ALREADY_EXISTS', {
    bucketID: 'news',
    objectScope,
    subject: { thingID },
  })
})

for (const work of ['subscribe', 'isSubscribed', 'unsubscribe'] as const) {
  test(`${work} of a topic that is not there: TOPIC_NOT_FOUND, for strangers UNAUTHORIZED (P 2.3)`, async (context) => {
    const { subscriptions } = await openTargets(context)
    const outcome = (name: Name) =>
      outcomeOf(subscriptions[work](callers[name], scopes.user, topic, subjectOf(name)))
    assert.equal(await outcome('ann'), 'TOPIC_NOT_FOUND')
    assert.equal(await outcome('eve'), 'UNAUTHORIZED')
    assert.equal(
      await outcomeOf(subscriptions[work](callers.anonymous, scopes.app, topic, 'user:ann')),
      'UNAUTHORIZED',
    )
  })

  test(`${work} with another filter than all: FILTER_NOT_FOUND, and no bucket is made (P 10.2)`, async (context) => {
    const { subscriptions, store } = await openTargets(context)
    const target = { ...bucket, filter: 'mine' } as SubscriptionTarget
    const outcome = (name: Name) =>
      outcomeOf(subscriptions[work](callers[name], scopes.user, target, subjectOf(name)))
    assert.equal(await outcome('ann'), 'FILTER_NOT_FOUND')
    assert.equal(await outcome('eve'), 'UNAUTHORIZED')
    const name = { appID, scope: 'user:ann', kind: 'bucket', name: 'news' } as const
    assert.equal(await store.targets.findTarget(name), undefined)
    await subscriptions.subscribe(callers.ann, scopes.user, bucket, 'user:ann')
    assert.equal(await outcome('ann'), 'FILTER_NOT_FOUND')
  })
}

test('subscribing makes the bucket, with the subscriber as its creator (P 10.2)', async (context) => {
  const { subscriptions, store } = await openTargets(context)
  await subscriptions.subscribe(callers.bob, scopes.group, bucket, 'user:bob')
  const made = await store.targets.findTarget({ appID, scope: 'group:crew', kind: 'bucket', name: 'news' })
  assert.equal(made?.creator, 'UserID:bob')
  assert.deepEqual(made?.accessList.QUERY_OBJECTS_IN_BUCKET, ['GroupID:crew', 'UserID:bob'])
})

test('a bucket that cannot be is not made by subscribing (P 1.6)', async (context) => {
  const { subscriptions } = await openTargets(context)
  const target = { ...bucket, name: 'a b' }
  await refused(subscriptions.subscribe(callers.ann, scopes.user, target, 'user:ann'), 'INVALID_BUCKET')
})

// whom | who may subscribe, check and unsubscribe that one, to a topic in app scope
const others: [Subject, string][] = [
  ['user:ann', 'admin ann'],
  [lamp, 'admin cid dan lamp'],
  ['thing:th.door', 'admin door'],
]
for (const [subject, allowed] of others)
  test(`${allowed} may subscribe ${subject} (P 7.3)`, async (context) => {
    const targets = await openTargets(context)
    const { subscriptions } = targets
    await openTopic(targets, scopes.app)
    for (const name of names) {
      const place: Parameters<Subscriptions['subscribe']> = [callers[name], scopes.app, topic, subject]
      const expected = allowed.split(' ').includes(name) ? 'ok' : 'UNAUTHORIZED'
      assert.equal(await outcomeOf(subscriptions.subscribe(...place)), expected, name)
      assert.equal(await outcomeOf(subscriptions.isSubscribed(...place)), expected, name)
      assert.equal(await outcomeOf(subscriptions.unsubscribe(...place)), expected, name)
    }
  })

test('an owner subscribes its thing only to what one of the two may have (P 7.3)', async (context) => {
  const targets = await openTargets(context)
  const { subscriptions } = targets
  const ofAnn = await openTopic(targets, scopes.user)
  const place = [callers.dan, scopes.user, topic, lamp] as const
  await refused(subscriptions.subscribe(...place), 'UNAUTHORIZED')
  await grant(targets, ofAnn, 'SUBSCRIBE_TO_TOPIC', 'UserID:dan')
  await subscriptions.subscribe(...place)
  await refused(subscriptions.subscribe(callers.cid, scopes.user, topic, 'thing:th.door'), 'UNAUTHORIZED')
})

test('whom the admin subscribed may look and leave, without a right of its own (P 7.3)', async (context) => {
  const targets = await openTargets(context)
  const { subscriptions } = targets
  await openTopic(targets, scopes.user)
  await subscriptions.subscribe(callers.admin, scopes.user, topic, 'user:eve')
  const place = [callers.eve, scopes.user, topic, 'user:eve'] as const
  assert.equal(await subscriptions.isSubscribed(...place), true)
  await subscriptions.unsubscribe(...place)
  await refused(subscriptions.subscribe(...place), 'UNAUTHORIZED')
  await refused(subscriptions.isSubscribed(...place), 'UNAUTHORIZED')
})

test('one has so many subscriptions and no more', async (context) => {
  const { subscriptions } = await openTargets(context, { pushSubscriptionsPerSubjectMax: 2 })
  const subscribe = (name: string) =>
    subscriptions.subscribe(callers.ann, scopes.user, { kind: 'bucket', name, filter: 'all' }, 'user:ann')
  await subscribe('one')
  await subscribe('two')
  await refused(subscribe('three'), 'OPERATION_NOT_ALLOWED')
})

test('another app knows nothing of a subscription', async (context) => {
  const targets = await openTargets(context)
  const { subscriptions } = targets
  await openTopic(targets, scopes.app)
  await subscriptions.subscribe(callers.ann, scopes.app, topic, 'user:ann')
  const ann = { app: appOf(otherAppID), principal: callers.ann.principal }
  await refused(subscriptions.isSubscribed(ann, scopes.app, topic, 'user:ann'), 'TOPIC_NOT_FOUND')
})

/** Of the subscribers of a topic, by position. */
async function subscribersOf({ store }: OpenTargets, { key }: Target): Promise<Subject[]> {
  return (await store.subscriptions.pageSubscriptions(key, 0, 1_000)).map(({ subject }) => subject)
}

test('a member who is removed is subscribed no more, unless an entry of its own or the admin keeps it (P 5)', async (context) => {
  const targets = await openTargets(context)
  const { subscriptions, store, topics } = targets
  for (const topicID of ['one', 'two', 'three']) {
    await topics.create(callers.ann, scopes.group, topicID)
    const caller = topicID === 'three' ? callers.admin : callers.bob
    await subscriptions.subscribe(caller, scopes.group, { kind: 'topic', name: topicID }, 'user:bob')
  }
  await grant(
    targets,
    await topics.find(callers.ann, scopes.group, 'two'),
    'SUBSCRIBE_TO_TOPIC',
    'UserID:bob',
  )
  await subscriptions.reviewSubject(app, 'user:bob')
  const left = async () =>
    (await store.subscriptions.listSubscriptions(appID, 'user:bob')).map((each) => each.target.name)
  assert.deepEqual(await left(), ['one', 'two', 'three'])
  await store.groups.removeMember(appID, 'crew', 'bob')
  await subscriptions.reviewSubject(app, 'user:bob')
  assert.deepEqual(await left(), ['two', 'three'])
})

test('a thing keeps what its owner subscribed it to while it has such an owner (P 11)', async (context) => {
  const targets = await openTargets(context)
  const { subscriptions, store } = targets
  const ofAnn = await openTopic(targets, scopes.user)
  await grant(targets, ofAnn, 'SUBSCRIBE_TO_TOPIC', 'UserID:dan')
  await subscriptions.subscribe(callers.dan, scopes.user, topic, lamp)
  await subscriptions.reviewSubject(app, lamp)
  assert.deepEqual(await subscribersOf(targets, ofAnn), [lamp])
  await store.owners.removeOwner(appID, thingID, 'user:dan')
  await subscriptions.reviewSubject(app, lamp)
  assert.deepEqual(await subscribersOf(targets, ofAnn), [])
})

test('so it does with a group as owner, by the right of the group or of a member (P 4.4, 11)', async (context) => {
  const targets = await openTargets(context)
  const { subscriptions, store } = targets
  const ofAnn = await openTopic(targets, scopes.user)
  await grant(targets, ofAnn, 'SUBSCRIBE_TO_TOPIC', 'GroupID:fleet', 'UserID:cid')
  await subscriptions.subscribe(callers.cid, scopes.user, topic, lamp)
  const take = async (entry: string) => {
    await store.targets.changeAccessList(ofAnn.key, ({ SUBSCRIBE_TO_TOPIC = [] }) => ({
      SUBSCRIBE_TO_TOPIC: SUBSCRIBE_TO_TOPIC.filter((subject) => subject !== entry),
    }))
    await subscriptions.reviewTarget(ofAnn)
    return subscribersOf(targets, ofAnn)
  }
  assert.deepEqual(await take('UserID:cid'), [lamp])
  await grant(targets, ofAnn, 'SUBSCRIBE_TO_TOPIC', 'UserID:cid')
  assert.deepEqual(await take('GroupID:fleet'), [lamp])
  assert.deepEqual(await take('UserID:cid'), [])
})

test('reviews a topic of many pages to the end, and lets others have their turn (P 11)', async (context) => {
  const targets = await openTargets(context)
  const { subscriptions, store } = targets
  const ofAnn = await openTopic(targets, scopes.user)
  const users = Array.from({ length: 450 }, (_, index) => `user-${index}`)
  await addUsers(store, appID, users)
  for (const [index, userID] of users.entries())
    await store.subscriptions.addSubscription(
      { target: ofAnn, subject: `user:${userID}`, restsOnRight: index % 2 === 0 },
      { perSubjectMax: 1 },
    )
  let turns = 0
  const turn = () => {
    turns += 1
    immediate = setImmediate(turn)
  }
  let immediate = setImmediate(turn)
  await grant(targets, ofAnn, 'SUBSCRIBE_TO_TOPIC', 'UserID:user-4')
  await subscriptions.reviewTarget(ofAnn)
  clearImmediate(immediate)
  const odd = users.filter((_, index) => index % 2 === 1)
  assert.deepEqual(
    await subscribersOf(targets, ofAnn),
    users.filter((userID) => userID === 'user-4' || odd.includes(userID)).map((userID) => `user:${userID}`),
  )
  assert.ok(turns >= 4, String(turns))
})

test('nobody gets in by subscribing while the right is being taken away (P 11)', async (context) => {
  const targets = await openTargets(context)
  const { subscriptions, store } = targets
  const ofAnn = await openTopic(targets, scopes.user)
  await grant(targets, ofAnn, 'SUBSCRIBE_TO_TOPIC', 'UserID:eve')
  const { addSubscription } = store.subscriptions
  context.after(() => void Object.assign(store.subscriptions, { addSubscription }))
  // Between the question for the right and the answer to the store.
  store.subscriptions.addSubscription = async (...args) => {
    await store.targets.changeAccessList(ofAnn.key, () => ({}))
    await subscriptions.reviewTarget(ofAnn)
    return addSubscription.apply(store.subscriptions, args)
  }
  await refused(subscriptions.subscribe(callers.eve, scopes.user, topic, 'user:eve'), 'UNAUTHORIZED')
  assert.deepEqual(await subscribersOf(targets, ofAnn), [])
})
