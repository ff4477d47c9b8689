import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccessList, AclSubject, Verb } from '../access-list.ts'
import { appOf, otherAppID } from '../delivery.fixture.ts'
import type { Scope } from '../scopes.ts'
import { callers, type Name, names, openTargets, scopes, thingID } from '../targets/targets.fixture.ts'
import {
  ANONYMOUS,
  ANY_AUTHENTICATED,
  defaultBucketAccess,
  defaultObjectAccess,
  defaultTopicAccess,
} from './default-access.ts'

/** Those of whom it is true. */
async function pick(isTrue: (name: Name) => Promise<boolean>): Promise<string> {
  const picked: Name[] = []
  for (const name of names) if (await isTrue(name)) picked.push(name)
  return picked.join(' ')
}

// scope | owns it | is at home in it
const owners: [Scope['kind'], string, string][] = [
  ['app', 'admin', 'admin ann bob cid dan eve lamp door'],
  ['user', 'admin ann', 'admin ann'],
  ['group', 'admin ann', 'admin ann bob'],
  ['thing', 'admin cid dan lamp', 'admin cid dan lamp'],
]
for (const [kind, owns, isAtHome] of owners)
  test(`knows who owns ${kind} scope and who is at home there (P 2.4)`, async (context) => {
    const { rights } = await openTargets(context)
    assert.equal(await pick((name) => rights.isScopeOwner(callers[name], scopes[kind])), owns)
    assert.equal(await pick((name) => rights.isInScope(callers[name], scopes[kind])), isAtHome)
  })

const everybody = 'admin ann bob cid dan eve lamp door'
const withAnonymous = 'admin anonymous ann bob cid dan eve lamp door'
const eve: AclSubject = 'UserID:eve'
// scope | verb | default list, made by eve where others than the admin may make it | who is allowed
const defaults: [Scope['kind'], Verb, (scope: Scope) => AccessList, string][] = [
  ['app', 'SUBSCRIBE_TO_TOPIC', (scope) => defaultTopicAccess(scope, undefined), everybody],
  ['app', 'SEND_MESSAGE_TO_TOPIC', (scope) => defaultTopicAccess(scope, undefined), 'admin'],
  ['user', 'SUBSCRIBE_TO_TOPIC', (scope) => defaultTopicAccess(scope, eve), 'admin ann eve'],
  ['user', 'SEND_MESSAGE_TO_TOPIC', (scope) => defaultTopicAccess(scope, eve), 'admin ann eve'],
  ['group', 'SUBSCRIBE_TO_TOPIC', (scope) => defaultTopicAccess(scope, eve), 'admin ann bob eve'],
  ['group', 'SEND_MESSAGE_TO_TOPIC', (scope) => defaultTopicAccess(scope, eve), 'admin ann bob eve'],
  ['thing', 'SUBSCRIBE_TO_TOPIC', (scope) => defaultTopicAccess(scope, eve), 'admin cid dan eve lamp'],
  ['thing', 'SEND_MESSAGE_TO_TOPIC', (scope) => defaultTopicAccess(scope, eve), 'admin cid dan eve lamp'],
  ['app', 'CREATE_OBJECTS_IN_BUCKET', (scope) => defaultBucketAccess(scope, eve), everybody],
  ['app', 'DROP_BUCKET_WITH_ALL_CONTENT', (scope) => defaultBucketAccess(scope, eve), everybody],
  ['app', 'QUERY_OBJECTS_IN_BUCKET', (scope) => defaultBucketAccess(scope, eve), withAnonymous],
  ['app', 'READ_OBJECTS_IN_BUCKET', (scope) => defaultBucketAccess(scope, eve), withAnonymous],
  ['user', 'CREATE_OBJECTS_IN_BUCKET', (scope) => defaultBucketAccess(scope, eve), 'admin ann eve'],
  ['user', 'QUERY_OBJECTS_IN_BUCKET', (scope) => defaultBucketAccess(scope, eve), 'admin ann eve'],
  ['group', 'DROP_BUCKET_WITH_ALL_CONTENT', (scope) => defaultBucketAccess(scope, eve), 'admin ann bob eve'],
  ['thing', 'READ_OBJECTS_IN_BUCKET', (scope) => defaultBucketAccess(scope, eve), 'admin cid dan eve lamp'],
  ['app', 'READ_EXISTING_OBJECT', (scope) => defaultObjectAccess(scope, eve), 'admin'],
  ['app', 'WRITE_EXISTING_OBJECT', (scope) => defaultObjectAccess(scope, eve), 'admin eve'],
  ['user', 'WRITE_EXISTING_OBJECT', (scope) => defaultObjectAccess(scope, eve), 'admin ann eve'],
  ['group', 'READ_EXISTING_OBJECT', (scope) => defaultObjectAccess(scope, eve), 'admin ann bob eve'],
  ['thing', 'WRITE_EXISTING_OBJECT', (scope) => defaultObjectAccess(scope, eve), 'admin cid dan eve lamp'],
]
for (const [kind, verb, make, allowed] of defaults)
  test(`gives ${verb} in ${kind} scope to ${allowed} by default (P 7.4, 10.3)`, async (context) => {
    const { rights } = await openTargets(context)
    const list = make(scopes[kind])
    assert.equal(await pick((name) => rights.allows(callers[name], list, verb, scopes[kind])), allowed)
  })

// entry | scope of the topic | who is allowed by it
const entries: [AclSubject, Scope['kind'], string][] = [
  ['UserID:bob', 'user', 'admin bob'],
  ['GroupID:crew', 'app', 'admin ann bob'],
  ['GroupID:nobody', 'app', 'admin'],
  ['ThingID:th.door', 'app', 'admin door'],
  [`ThingID:${thingID}`, 'thing', 'admin cid dan lamp'],
  [`ThingID:${thingID}`, 'app', 'admin lamp'],
  ['ThingID:th.door', 'thing', 'admin door'],
  [ANY_AUTHENTICATED, 'user', everybody],
  [ANONYMOUS, 'user', 'admin anonymous'],
]
for (const [entry, kind, allowed] of entries)
  test(`an entry ${entry} in ${kind} scope is for ${allowed} (P 11)`, async (context) => {
    const { rights } = await openTargets(context)
    const list: AccessList = { SEND_MESSAGE_TO_TOPIC: [entry] }
    const mayDo = (verb: Verb) => pick((name) => rights.allows(callers[name], list, verb, scopes[kind]))
    assert.equal(await mayDo('SEND_MESSAGE_TO_TOPIC'), allowed)
    assert.equal(await mayDo('SUBSCRIBE_TO_TOPIC'), 'admin')
  })

test('a list has one entry where the creator is whose scope it is (P 11)', () => {
  const entriesOf = (scope: Scope, creator: AclSubject) =>
    defaultTopicAccess(scope, creator).SUBSCRIBE_TO_TOPIC
  assert.deepEqual(entriesOf(scopes.user, 'UserID:ann'), ['UserID:ann'])
  assert.deepEqual(entriesOf(scopes.user, 'UserID:eve'), ['UserID:ann', 'UserID:eve'])
  assert.deepEqual(entriesOf(scopes.group, 'UserID:ann'), ['GroupID:crew', 'UserID:ann'])
  assert.deepEqual(entriesOf(scopes.thing, `ThingID:${thingID}`), [`ThingID:${thingID}`])
})

test('a group and an owner of another app with the same ids give nothing', async (context) => {
  const { rights } = await openTargets(context)
  const bob = { app: appOf(otherAppID), principal: { kind: 'user', id: 'bob' } } as const
  const dan = { app: appOf(otherAppID), principal: { kind: 'user', id: 'dan' } } as const
  assert.equal(await rights.isInScope(bob, scopes.group), false)
  assert.equal(await rights.isInScope(dan, scopes.thing), false)
  const list: AccessList = { SUBSCRIBE_TO_TOPIC: ['GroupID:crew'] }
  assert.equal(await rights.allows(bob, list, 'SUBSCRIBE_TO_TOPIC', scopes.app), false)
})

test('a right that came with membership or ownership goes with it at once (P 5)', async (context) => {
  const { rights, store } = await openTargets(context)
  const { appID } = callers.bob.app
  await store.groups.removeMember(appID, 'crew', 'bob')
  await store.groups.removeMember(appID, 'fleet', 'cid')
  await store.owners.removeOwner(appID, thingID, 'user:dan')
  assert.equal(await pick((name) => rights.isInScope(callers[name], scopes.group)), 'admin ann')
  assert.equal(await pick((name) => rights.isInScope(callers[name], scopes.thing)), 'admin lamp')
})
