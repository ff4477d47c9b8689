import assert from 'node:assert/strict'
import { test } from 'node:test'
import { appID } from '../delivery.fixture.ts'
import type { Scope } from '../scopes.ts'
import {
  callers,
  type Name,
  names,
  type OpenTargets,
  openTargets,
  outcomeOf,
  refused,
  scopes,
  thingID,
} from '../targets/targets.fixture.ts'
import type { AclResource } from './acl-resources.ts'

const kinds = ['topic', 'bucket', 'object'] as const
const verbOf = {
  topic: 'SEND_MESSAGE_TO_TOPIC',
  bucket: 'CREATE_OBJECTS_IN_BUCKET',
  object: 'WRITE_EXISTING_OBJECT',
} as const

function resourceOf(kind: AclResource['kind'], scope: Scope, name = 'news'): AclResource {
  return kind === 'object' ? { kind, scope, name, objectID: 'one' } : { kind, scope, name }
}

/** One of each, in app scope the topic the admin's. */
async function make({ topics, objects }: OpenTargets, scope: Scope, creator: Name): Promise<void> {
  await topics.create(scope.kind === 'app' ? callers.admin : callers[creator], scope, 'news')
  await objects.replace(callers[creator], scope, 'news', 'one', {}, () => ({}))
}

// scope | made by | who may read and change the lists; of a topic in app scope only the admin
const governors: [Scope['kind'], Name, string][] = [
  ['app', 'eve', 'admin eve'],
  ['user', 'ann', 'admin ann'],
  ['group', 'bob', 'admin ann bob'],
  ['group', 'ann', 'admin ann'],
  ['thing', 'dan', 'admin cid dan lamp'],
]
for (const [scopeKind, creator, governing] of governors)
  for (const kind of kinds) {
    const allowed = scopeKind === 'app' && kind === 'topic' ? 'admin' : governing
    test(`${allowed} may change the list of a ${kind} of ${creator} in ${scopeKind} scope (P 11)`, async (context) => {
      const targets = await openTargets(context)
      const { accessLists } = targets
      const scope = scopes[scopeKind]
      await make(targets, scope, creator)
      const resource = resourceOf(kind, scope)
      const verb = verbOf[kind]
      for (const name of names) {
        const expected = allowed.split(' ').includes(name) ? 'ok' : 'UNAUTHORIZED'
        const caller = callers[name]
        const entry = [caller, resource, verb, 'ThingID:th.door'] as const
        assert.equal(await outcomeOf(accessLists.list(caller, resource)), expected, name)
        assert.equal(await outcomeOf(accessLists.listVerb(caller, resource, verb)), expected, name)
        assert.equal(await outcomeOf(accessLists.put(...entry)), expected, name)
        assert.equal(await outcomeOf(accessLists.has(...entry)), expected, name)
        assert.equal(await outcomeOf(accessLists.remove(...entry)), expected, name)
      }
    })
  }

test('lists the default entries like others, under every verb (P 11)', async (context) => {
  const targets = await openTargets(context)
  const { accessLists } = targets
  await make(targets, scopes.group, 'bob')
  const entries = ['GroupID:crew', 'UserID:bob']
  assert.deepEqual(await accessLists.list(callers.bob, resourceOf('topic', scopes.group)), {
    SUBSCRIBE_TO_TOPIC: entries,
    SEND_MESSAGE_TO_TOPIC: entries,
  })
  assert.deepEqual(await accessLists.list(callers.bob, resourceOf('bucket', scopes.group)), {
    CREATE_OBJECTS_IN_BUCKET: entries,
    QUERY_OBJECTS_IN_BUCKET: entries,
    DROP_BUCKET_WITH_ALL_CONTENT: entries,
    READ_OBJECTS_IN_BUCKET: entries,
  })
  assert.deepEqual(await accessLists.list(callers.bob, resourceOf('object', scopes.group)), {
    READ_EXISTING_OBJECT: entries,
    WRITE_EXISTING_OBJECT: entries,
  })
})

test('puts an entry as often as one likes, and takes it back once (P 11)', async (context) => {
  const targets = await openTargets(context)
  const { accessLists, topics } = targets
  await make(targets, scopes.user, 'ann')
  const resource = resourceOf('topic', scopes.user)
  const entry = [callers.ann, resource, 'SEND_MESSAGE_TO_TOPIC', 'UserID:eve'] as const
  await refused(accessLists.has(...entry), 'ACL_NOT_FOUND')
  await accessLists.put(...entry)
  await accessLists.put(...entry)
  assert.equal(await accessLists.has(...entry), true)
  assert.deepEqual(await accessLists.listVerb(callers.ann, resource, 'SEND_MESSAGE_TO_TOPIC'), [
    'UserID:ann',
    'UserID:eve',
  ])
  assert.equal(await topics.exists(callers.eve, scopes.user, 'news'), true)
  await accessLists.remove(...entry)
  await refused(accessLists.remove(...entry), 'ACL_NOT_FOUND')
  await refused(topics.exists(callers.eve, scopes.user, 'news'), 'UNAUTHORIZED')
})

test('an entry ends with its group: a later group of that id gets nothing of it (P 11)', async (context) => {
  const targets = await openTargets(context)
  const { accessLists, topics, store } = targets
  await make(targets, scopes.user, 'ann')
  const resource = resourceOf('topic', scopes.user)
  const entry = [callers.ann, resource, 'SEND_MESSAGE_TO_TOPIC', 'GroupID:fleet'] as const
  const listed = () => accessLists.listVerb(callers.ann, resource, 'SEND_MESSAGE_TO_TOPIC')
  await accessLists.put(...entry)
  assert.equal(await topics.exists(callers.cid, scopes.user, 'news'), true)
  const fleet = await store.groups.findGroup(appID, 'fleet')
  assert.ok(fleet !== undefined)

  await store.groups.removeGroup(appID, 'fleet')
  await store.groups.addGroup({ ...fleet, key: 'another' }, ['eve'])
  await refused(topics.exists(callers.eve, scopes.user, 'news'), 'UNAUTHORIZED')
  assert.equal(await accessLists.has(...entry), true)
  await accessLists.put(...entry)
  assert.equal(await topics.exists(callers.eve, scopes.user, 'news'), true)
  assert.deepEqual(await listed(), ['UserID:ann', 'GroupID:fleet'])
  await accessLists.remove(...entry)
  await refused(topics.exists(callers.eve, scopes.user, 'news'), 'UNAUTHORIZED')
  assert.deepEqual(await listed(), ['UserID:ann'])
})

test('an entry of the group whose scope it is in is the one that stands there by default (P 11)', async (context) => {
  const targets = await openTargets(context)
  const { accessLists } = targets
  await make(targets, scopes.group, 'ann')
  const resource = resourceOf('topic', scopes.group)
  const entry = [callers.ann, resource, 'SEND_MESSAGE_TO_TOPIC', 'GroupID:crew'] as const
  await accessLists.put(...entry)
  const listed = () => accessLists.listVerb(callers.ann, resource, 'SEND_MESSAGE_TO_TOPIC')
  assert.deepEqual(await listed(), ['GroupID:crew', 'UserID:ann'])
  await accessLists.remove(...entry)
  assert.deepEqual(await listed(), ['UserID:ann'])
})

test('nobody gets at the list of a bucket by making it when somebody else does (P 11)', async (context) => {
  const targets = await openTargets(context)
  const { accessLists, buckets, store } = targets
  const { addTarget } = store.targets
  context.after(() => void Object.assign(store.targets, { addTarget }))
  // Between the question whether there is such a bucket and its making.
  store.targets.addTarget = async (...args) => {
    Object.assign(store.targets, { addTarget })
    await buckets.create(callers.ann, scopes.app, 'news')
    return addTarget.apply(store.targets, args)
  }
  const resource = resourceOf('bucket', scopes.app)
  const entry = [resource, 'QUERY_OBJECTS_IN_BUCKET', 'UserID:eve'] as const
  await refused(accessLists.put(callers.eve, ...entry), 'UNAUTHORIZED')
  await refused(accessLists.has(callers.ann, ...entry), 'ACL_NOT_FOUND')
})

test('keeps both of two changes at once', async (context) => {
  const targets = await openTargets(context)
  const { accessLists } = targets
  await make(targets, scopes.user, 'ann')
  const resource = resourceOf('topic', scopes.user)
  await Promise.all(
    ['UserID:eve', 'UserID:bob', `ThingID:${thingID}`, 'GroupID:crew'].map((subject) =>
      accessLists.put(callers.ann, resource, 'SEND_MESSAGE_TO_TOPIC', subject),
    ),
  )
  assert.equal((await accessLists.listVerb(callers.ann, resource, 'SEND_MESSAGE_TO_TOPIC')).length, 5)
})

// verb | subject | code of the refusal
const entries: [string, string, string][] = [
  ['SEND_MESSAGE_TO_TOPIC', 'UserID:ANY_AUTHENTICATED_USER', 'ok'],
  ['SEND_MESSAGE_TO_TOPIC', 'UserID:ANONYMOUS_USER', 'ok'],
  ['SUBSCRIBE_TO_TOPIC', 'GroupID:crew', 'ok'],
  ['SUBSCRIBE_TO_TOPIC', 'ThingID:th.door', 'ok'],
  ['SUBSCRIBE_TO_TOPIC', 'UserID:nobody', 'USER_NOT_FOUND'],
  ['SUBSCRIBE_TO_TOPIC', 'GroupID:nobody', 'GROUP_NOT_FOUND'],
  ['SUBSCRIBE_TO_TOPIC', 'ThingID:nobody', 'THING_NOT_FOUND'],
  ['SUBSCRIBE_TO_TOPIC', 'ThingID:th.k7other1', 'THING_NOT_FOUND'],
  ['SUBSCRIBE_TO_TOPIC', 'GroupID:ANY_AUTHENTICATED_USER', 'GROUP_NOT_FOUND'],
  ['SUBSCRIBE_TO_TOPIC', 'UserID:', 'INVALID_INPUT_DATA'],
  ['SUBSCRIBE_TO_TOPIC', 'bob', 'INVALID_INPUT_DATA'],
  ['SUBSCRIBE_TO_TOPIC', 'user:bob', 'INVALID_INPUT_DATA'],
  ['SUBSCRIBE_TO_TOPIC', 'UserID:a/b', 'INVALID_INPUT_DATA'],
  ['CREATE_OBJECTS_IN_BUCKET', 'UserID:bob', 'INVALID_INPUT_DATA'],
  ['WRITE_EXISTING_OBJECT', 'UserID:bob', 'INVALID_INPUT_DATA'],
  ['subscribe_to_topic', 'UserID:bob', 'INVALID_INPUT_DATA'],
  ['toString', 'UserID:bob', 'INVALID_INPUT_DATA'],
]
for (const [verb, subject, expected] of entries)
  test(`an entry ${subject} for ${verb}: ${expected} (P 11)`, async (context) => {
    const targets = await openTargets(context)
    await make(targets, scopes.user, 'ann')
    const resource = resourceOf('topic', scopes.user)
    const outcome = await outcomeOf(targets.accessLists.put(callers.ann, resource, verb, subject))
    assert.equal(outcome, expected)
  })

test('who may not change a list learns nothing of verbs, subjects and objects (P 2.3)', async (context) => {
  const targets = await openTargets(context)
  await make(targets, scopes.user, 'ann')
  const { accessLists } = targets
  for (const kind of kinds)
    for (const name of ['news', 'gone']) {
      const resource = resourceOf(kind, scopes.user, name)
      await refused(accessLists.put(callers.eve, resource, 'X', 'UserID:nobody'), 'UNAUTHORIZED')
      await refused(accessLists.list(callers.eve, resource), 'UNAUTHORIZED')
      await refused(accessLists.remove(callers.anonymous, resource, 'X', 'UserID:nobody'), 'UNAUTHORIZED')
    }
})

test('the list of what is not there (P 15)', async (context) => {
  const targets = await openTargets(context)
  const { accessLists } = targets
  const list = (resource: AclResource) => outcomeOf(accessLists.list(callers.ann, resource))
  assert.equal(await list(resourceOf('topic', scopes.user)), 'TOPIC_NOT_FOUND')
  assert.equal(await list(resourceOf('bucket', scopes.user)), 'BUCKET_NOT_FOUND')
  assert.equal(await list(resourceOf('object', scopes.user)), 'BUCKET_NOT_FOUND')
  await make(targets, scopes.user, 'ann')
  const object = { ...resourceOf('object', scopes.user), objectID: 'two' } as AclResource
  assert.equal(await list(object), 'OBJECT_NOT_FOUND')
})

test('a change makes the bucket, with the caller as its creator (P 10)', async (context) => {
  const { accessLists, store } = await openTargets(context)
  const resource = resourceOf('bucket', scopes.app)
  await accessLists.put(callers.eve, resource, 'DROP_BUCKET_WITH_ALL_CONTENT', 'UserID:eve')
  const bucket = await store.targets.findTarget({ appID, scope: '', kind: 'bucket', name: 'news' })
  assert.equal(bucket?.creator, 'UserID:eve')
  assert.deepEqual(bucket?.accessList.DROP_BUCKET_WITH_ALL_CONTENT, [
    'UserID:ANY_AUTHENTICATED_USER',
    'UserID:eve',
  ])
})

test('so does taking a default entry away, and none that it would not have (P 10)', async (context) => {
  const { accessLists, buckets } = await openTargets(context)
  const resource = resourceOf('bucket', scopes.app)
  const verb = 'QUERY_OBJECTS_IN_BUCKET'
  await refused(accessLists.remove(callers.eve, resource, verb, 'UserID:bob'), 'ACL_NOT_FOUND')
  assert.equal((await buckets.look(callers.eve, scopes.app, 'news')).bucket, undefined)
  await accessLists.remove(callers.eve, resource, verb, 'UserID:ANONYMOUS_USER')
  assert.deepEqual(await accessLists.listVerb(callers.eve, resource, verb), ['UserID:ANY_AUTHENTICATED_USER'])
  await refused(
    accessLists.put(callers.anonymous, resourceOf('bucket', scopes.app, 'other'), verb, 'UserID:eve'),
    'UNAUTHORIZED',
  )
})

test('a list has so many entries and no more, under all its verbs together', async (context) => {
  const targets = await openTargets(context, { pushAccessListEntriesMax: 4 })
  await make(targets, scopes.user, 'ann')
  const resource = resourceOf('topic', scopes.user)
  const put = (verb: string, subject: string) => targets.accessLists.put(callers.ann, resource, verb, subject)
  await put('SEND_MESSAGE_TO_TOPIC', 'UserID:bob')
  await put('SUBSCRIBE_TO_TOPIC', 'UserID:bob')
  await refused(put('SUBSCRIBE_TO_TOPIC', 'UserID:eve'), 'OPERATION_NOT_ALLOWED')
  await put('SUBSCRIBE_TO_TOPIC', 'UserID:bob')
})

test('subscriptions go with the entry that they rested on, and no others (P 11)', async (context) => {
  const targets = await openTargets(context)
  const { accessLists, subscriptions, store, topics } = targets
  const target = { kind: 'topic', name: 'news' } as const
  await make(targets, scopes.user, 'ann')
  const resource = resourceOf('topic', scopes.user)
  const grantTo = (verb: string, subject: string) => accessLists.put(callers.ann, resource, verb, subject)
  for (const subject of ['GroupID:crew', 'UserID:eve', 'ThingID:th.door'])
    await grantTo('SUBSCRIBE_TO_TOPIC', subject)
  await grantTo('SEND_MESSAGE_TO_TOPIC', 'UserID:eve')
  await subscriptions.subscribe(callers.bob, scopes.user, target, 'user:bob')
  await subscriptions.subscribe(callers.eve, scopes.user, target, 'user:eve')
  await subscriptions.subscribe(callers.door, scopes.user, target, 'thing:th.door')
  await subscriptions.subscribe(callers.admin, scopes.user, target, 'user:dan')
  const { key } = await topics.find(callers.ann, scopes.user, 'news')
  const takeFrom = async (verb: string, subject: string) => {
    await accessLists.remove(callers.ann, resource, verb, subject)
    return (await store.subscriptions.pageSubscriptions(key, 0, 10)).map((each) => each.subject)
  }
  const all = ['user:bob', 'user:eve', 'thing:th.door', 'user:dan']
  assert.deepEqual(await takeFrom('SEND_MESSAGE_TO_TOPIC', 'UserID:eve'), all)
  assert.deepEqual(await takeFrom('SUBSCRIBE_TO_TOPIC', 'GroupID:crew'), all.slice(1))
  assert.deepEqual(await takeFrom('SUBSCRIBE_TO_TOPIC', 'ThingID:th.door'), ['user:eve', 'user:dan'])
  assert.deepEqual(await takeFrom('SUBSCRIBE_TO_TOPIC', 'UserID:eve'), ['user:dan'])
})

test('so it is with the right to query a bucket (P 10.2)', async (context) => {
  const { accessLists, subscriptions } = await openTargets(context)
  const target = { kind: 'bucket', name: 'news', filter: 'all' } as const
  await subscriptions.subscribe(callers.eve, scopes.app, target, 'user:eve')
  const resource = resourceOf('bucket', scopes.app)
  const isThere = () => outcomeOf(subscriptions.isSubscribed(callers.admin, scopes.app, target, 'user:eve'))
  const take = (verb: string) =>
    accessLists.remove(callers.admin, resource, verb, 'UserID:ANY_AUTHENTICATED_USER')
  await take('READ_OBJECTS_IN_BUCKET')
  assert.equal(await isThere(), 'ok')
  await take('QUERY_OBJECTS_IN_BUCKET')
  assert.equal(await isThere(), 'PUSH_SUBSCRIPTION_NOT_FOUND')
})

test('tells of changes in an object’s list, of topics and buckets not (P 12.2)', async (context) => {
  const targets = await openTargets(context)
  const { accessLists, events } = targets
  await make(targets, scopes.user, 'ann')
  events.length = 0
  for (const kind of kinds) {
    const entry = [callers.ann, resourceOf(kind, scopes.user), verbOf[kind], 'UserID:eve'] as const
    await accessLists.put(...entry)
    await accessLists.put(...entry)
    await accessLists.remove(...entry)
  }
  const event = 'DATA_OBJECT_ACL_MODIFIED news one'
  assert.deepEqual(events, [event, event])
})
