import assert from 'node:assert/strict'
import { test } from 'node:test'
import { appID, appOf, otherAppID } from '../delivery.fixture.ts'
import { PushError } from '../push-error.ts'
import type { Scope } from '../scopes.ts'
import {
  callers,
  type Name,
  names,
  openTargets,
  outcomeOf,
  refused,
  scopes,
} from '../targets/targets.fixture.ts'
import type { ObjectConditions } from './conditions.ts'
import { fullObject } from './full-object.ts'

const { ann, bob, eve, admin } = callers
const user = scopes.user
const giving = (fields: unknown) => () => fields

// scope | who may make objects
const creators: [Scope['kind'], string][] = [
  ['app', 'admin ann bob cid dan eve lamp door'],
  ['user', 'admin ann'],
  ['group', 'admin ann bob'],
  ['thing', 'admin cid dan lamp'],
]
for (const [kind, allowed] of creators)
  for (const isThere of [false, true])
    test(`${allowed} may make objects in ${isThere ? 'a' : 'a new'} bucket in ${kind} scope (P 10.3)`, async (context) => {
      const { objects, buckets, events } = await openTargets(context)
      for (const name of names) {
        if (isThere) await buckets.create(admin, scopes[kind], 'box')
        const create = objects.create(callers[name], scopes[kind], 'box', undefined, giving({ n: 1 }))
        const isAllowed = allowed.split(' ').includes(name)
        assert.equal(await outcomeOf(create), isAllowed ? 'ok' : 'UNAUTHORIZED', name)
        await outcomeOf(buckets.remove(admin, scopes[kind], 'box'))
      }
      const made = events.filter((event) => event.startsWith('DATA_OBJECT_CREATED box '))
      assert.equal(made.length, allowed.split(' ').length)
    })

// scope | made by | who may read it | who may change and delete it
const members: [Scope['kind'], Name, string, string][] = [
  ['app', 'eve', 'admin anonymous ann bob cid dan eve lamp door', 'admin eve'],
  ['user', 'ann', 'admin ann', 'admin ann'],
  ['group', 'ann', 'admin ann bob', 'admin ann bob'],
  ['thing', 'lamp', 'admin cid dan lamp', 'admin cid dan lamp'],
]
for (const [kind, creator, readers, writers] of members)
  test(`an object in ${kind} scope: ${readers} may read it, ${writers} change it (P 10.3)`, async (context) => {
    const { objects } = await openTargets(context)
    for (const name of names) {
      const place = [callers[name], scopes[kind], 'box', 'one'] as const
      await objects.replace(callers[creator], scopes[kind], 'box', 'one', {}, giving({}))
      const [reads, writes] = [readers, writers].map((list) =>
        list.split(' ').includes(name) ? 'ok' : 'UNAUTHORIZED',
      )
      assert.equal(await outcomeOf(objects.read(...place)), reads, `${name} reads`)
      const query = objects.query(callers[name], scopes[kind], 'box', giving({ bucketQuery: {} }))
      assert.equal(await outcomeOf(query), reads, `${name} queries`)
      assert.equal(await outcomeOf(objects.replace(...place, {}, giving({}))), writes, `${name} replaces`)
      assert.equal(await outcomeOf(objects.patch(...place, {}, giving({}))), writes, `${name} patches`)
      assert.equal(await outcomeOf(objects.remove(...place)), writes, `${name} removes`)
    }
  })

test('an entry in an object’s own list gives no more than that object (P 11)', async (context) => {
  const { objects, accessLists } = await openTargets(context)
  for (const objectID of ['one', 'two']) await objects.replace(ann, user, 'box', objectID, {}, giving({}))
  const resource = { kind: 'object', scope: user, name: 'box', objectID: 'one' } as const
  await accessLists.put(ann, resource, 'READ_EXISTING_OBJECT', 'UserID:eve')
  const outcomes = async (objectID: string) => [
    await outcomeOf(objects.read(eve, user, 'box', objectID)),
    await outcomeOf(objects.patch(eve, user, 'box', objectID, {}, giving({}))),
  ]
  assert.deepEqual(await outcomes('one'), ['ok', 'UNAUTHORIZED'])
  assert.deepEqual(await outcomes('two'), ['UNAUTHORIZED', 'UNAUTHORIZED'])
  assert.deepEqual(await outcomes('gone'), ['UNAUTHORIZED', 'UNAUTHORIZED'])
  await accessLists.put(ann, resource, 'WRITE_EXISTING_OBJECT', 'UserID:eve')
  assert.deepEqual(await outcomes('one'), ['ok', 'ok'])
})

test('makes an object with an id of its own, version 1 and its data type (P 10.1)', async (context) => {
  const { objects, clock, events } = await openTargets(context)
  clock.now = 5_000
  const made = await objects.create(ann, user, 'box', 'mydata', giving({ a: [1], _id: 'mine', _x: 1 }))
  assert.equal(made.created, true)
  const { objectID } = made.object
  assert.match(objectID, /^[A-Za-z0-9_.-]{2,36}$/)
  assert.deepEqual(fullObject(await objects.read(ann, user, 'box', objectID)), {
    a: [1],
    _id: objectID,
    _created: 5_000,
    _modified: 5_000,
    _owner: 'ann',
    _version: '1',
    _dataType: 'mydata',
  })
  assert.deepEqual(events, [`DATA_OBJECT_CREATED box ${objectID}`])
})

test('of the admin’s object no owner is told, and of an untyped one no type (P 10.1)', async (context) => {
  const { objects } = await openTargets(context)
  const { object } = await objects.create(admin, user, 'box', undefined, giving({}))
  const full = fullObject(object)
  assert.deepEqual(Object.keys(full).sort(), ['_created', '_id', '_modified', '_version'])
})

test('replaces all fields with PUT and some with PATCH, up by one version each (P 10.1)', async (context) => {
  const { objects, clock, events } = await openTargets(context)
  const place = [ann, user, 'box', 'one'] as const
  const made = await objects.replace(...place, {}, giving({ a: 1, b: { c: 1 } }))
  assert.deepEqual([made.created, made.object.version], [true, 1])
  clock.now = 2_000
  const patched = await objects.patch(...place, {}, giving({ b: null, d: 2, _version: '9' }))
  assert.deepEqual([patched.created, patched.object.version], [false, 2])
  assert.deepEqual(patched.object.fields, { a: 1, b: null, d: 2 })
  assert.deepEqual([patched.object.createdAt, patched.object.modifiedAt], [1_000, 2_000])
  const replaced = await objects.replace(...place, {}, giving({ e: 1 }))
  assert.deepEqual([replaced.created, replaced.object.version, replaced.object.fields], [false, 3, { e: 1 }])
  assert.deepEqual(await objects.read(...place), replaced.object)
  assert.deepEqual(events, [
    'DATA_OBJECT_CREATED box one',
    'DATA_OBJECT_UPDATED box one',
    'DATA_OBJECT_UPDATED box one',
  ])
})

test('the one who changes an object does not become its creator', async (context) => {
  const { objects } = await openTargets(context)
  await objects.replace(bob, scopes.group, 'box', 'one', {}, giving({}), 'first')
  const { object } = await objects.replace(ann, scopes.group, 'box', 'one', {}, giving({}))
  assert.deepEqual([object.creator, object.dataType], ['UserID:bob', 'first'])
})

const three = { version: 3 }
// what is sent | against version 3 | against no object (P 10.1)
const conditions: [ObjectConditions, string, string][] = [
  [{}, 'ok', 'ok'],
  [{ ifMatch: '"3"' }, 'ok', 'OBJECT_NOT_FOUND'],
  [{ ifMatch: '3' }, 'ok', 'OBJECT_NOT_FOUND'],
  [{ ifMatch: ' W/"3" ' }, 'ok', 'OBJECT_NOT_FOUND'],
  [{ ifMatch: '"1", "3"' }, 'ok', 'OBJECT_NOT_FOUND'],
  [{ ifMatch: '*' }, 'ok', 'OBJECT_NOT_FOUND'],
  [{ ifMatch: '"2"' }, 'OBJECT_VERSION_IS_STALE', 'OBJECT_NOT_FOUND'],
  [{ ifMatch: '4' }, 'OBJECT_VERSION_IS_STALE', 'OBJECT_NOT_FOUND'],
  [{ ifMatch: '03' }, 'OBJECT_VERSION_IS_STALE', 'OBJECT_NOT_FOUND'],
  [{ ifMatch: '' }, 'OBJECT_VERSION_IS_STALE', 'OBJECT_NOT_FOUND'],
  [{ ifMatch: '"x"y' }, 'OBJECT_VERSION_IS_STALE', 'OBJECT_NOT_FOUND'],
  [{ ifNoneMatchAny: true }, 'OBJECT_ALREADY_EXISTS', 'ok'],
]
for (const [condition, there, missing] of conditions)
  for (const work of ['replace', 'patch'] as const)
    test(`${work} with ${JSON.stringify(condition)}: ${there}, or ${missing} (P 10.1)`, async (context) => {
      const { objects } = await openTargets(context)
      const write = (objectID: string, sent: ObjectConditions) =>
        objects[work](ann, user, 'box', objectID, sent, giving({ a: 1 }))
      for (let version = 1; version <= three.version; version += 1) await write('one', {})
      assert.equal(await outcomeOf(write('one', condition)), there)
      assert.equal((await objects.read(ann, user, 'box', 'one')).version, there === 'ok' ? 4 : 3)
      assert.equal(await outcomeOf(write('two', condition)), missing)
    })

test('says which version is there (P 15)', async (context) => {
  const { objects } = await openTargets(context)
  await objects.replace(ann, user, 'box', 'one', {}, giving({}))
  const details = { objectID: 'one', version: '1' }
  const place = [ann, user, 'box', 'one'] as const
  await refused(objects.patch(...place, { ifMatch: '7' }, giving({})), 'OBJECT_VERSION_IS_STALE', details)
  await refused(
    objects.patch(...place, { ifNoneMatchAny: true }, giving({})),
    'OBJECT_ALREADY_EXISTS',
    details,
  )
})

test('deletes an object, with If-Match only that version, and tells of it once (P 10.1)', async (context) => {
  const { objects, events } = await openTargets(context)
  const place = [ann, user, 'box', 'one'] as const
  await objects.replace(...place, {}, giving({}))
  events.length = 0
  await refused(objects.remove(...place, { ifMatch: '2' }), 'OBJECT_VERSION_IS_STALE')
  await objects.remove(...place, { ifMatch: '"1"' })
  await refused(objects.remove(...place), 'OBJECT_NOT_FOUND')
  assert.deepEqual(events, ['DATA_OBJECT_DELETED box one'])
  const again = await objects.replace(...place, {}, giving({}))
  assert.equal(again.object.version, 1)
})

test('tells what is missing, the bucket or the object (P 15)', async (context) => {
  const { objects } = await openTargets(context)
  const bucketDetails = { bucketID: 'box', objectScope: { appID, type: 'APP_AND_USER', userID: 'ann' } }
  const place = [ann, user, 'box', 'one'] as const
  await refused(objects.read(...place), 'BUCKET_NOT_FOUND', bucketDetails)
  await refused(objects.remove(...place), 'BUCKET_NOT_FOUND', bucketDetails)
  await refused(objects.query(ann, user, 'box', giving({})), 'BUCKET_NOT_FOUND', bucketDetails)
  await refused(objects.query(eve, user, 'box', giving({})), 'UNAUTHORIZED')
  await refused(objects.read(callers.anonymous, scopes.app, 'box', 'one'), 'BUCKET_NOT_FOUND')
  await objects.create(ann, user, 'box', undefined, giving({}))
  const details = { objectID: 'one', ...bucketDetails }
  await refused(objects.read(...place), 'OBJECT_NOT_FOUND', details)
  await refused(objects.remove(...place), 'OBJECT_NOT_FOUND', details)
  await refused(objects.patch(...place, { ifMatch: '1' }, giving({})), 'OBJECT_NOT_FOUND', details)
})

// objectID | is it taken? (P 1.6)
const objectIDs: [string, boolean][] = [
  ['ab', true],
  ['A.b_c-9', true],
  ['x'.repeat(100), true],
  ['x'.repeat(101), false],
  ['a', false],
  ['a b', false],
  ['a/b', false],
]
for (const [objectID, isTaken] of objectIDs)
  test(`${isTaken ? 'takes' : 'refuses'} the objectID ${JSON.stringify(objectID)} (P 1.6)`, async (context) => {
    const { objects } = await openTargets(context)
    const outcome = await outcomeOf(objects.patch(ann, user, 'box', objectID, {}, giving({})))
    assert.equal(outcome, isTaken ? 'ok' : 'INVALID_INPUT_DATA')
  })

/** `{"k":"…"}` of so many characters. */
const fieldsOf = (characters: number) => ({ k: '€'.repeat(characters - '{"k":""}'.length) })
const deep = (depth: number): unknown => (depth === 0 ? 1 : { a: deep(depth - 1) })
// what | body | is it taken?
const bodies: [string, unknown, boolean][] = [
  ['no fields', {}, true],
  ['65,534 characters', fieldsOf(65_534), true],
  ['65,535 characters', fieldsOf(65_535), false],
  ['more characters, in what is ignored', { _k: fieldsOf(70_000) }, true],
  ['256 objects within each other', deep(256), true],
  ['257 objects within each other', deep(257), false],
  [
    '100,000 arrays within each other',
    JSON.parse(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
    false,
  ],
  ['an array', [], false],
  ['text', 'x', false],
  ['null', null, false],
  ['nothing', undefined, false],
]
for (const [what, body, isTaken] of bodies)
  test(`${isTaken ? 'takes' : 'refuses'} ${what} as an object, and makes no bucket for a bad one (P 10.1)`, async (context) => {
    const { objects, buckets } = await openTargets(context)
    const expected = isTaken ? 'ok' : 'INVALID_INPUT_DATA'
    assert.equal(await outcomeOf(objects.create(ann, user, 'box', undefined, giving(body))), expected)
    assert.equal(await outcomeOf(objects.replace(ann, user, 'box', 'one', {}, giving(body))), expected)
    assert.equal((await buckets.look(ann, user, 'box')).bucket !== undefined, isTaken)
  })

test('refuses a patch that makes an object too large (P 10.1)', async (context) => {
  const { objects } = await openTargets(context)
  const place = [ann, user, 'box', 'one'] as const
  await objects.replace(...place, {}, giving(fieldsOf(65_528)))
  await refused(objects.patch(...place, {}, giving({ n: 12 })), 'INVALID_INPUT_DATA')
  await objects.patch(...place, {}, giving({ n: 1 }))
})

test('a field may be called as what every object has', async (context) => {
  const { objects } = await openTargets(context)
  const place = [ann, user, 'box', 'one'] as const
  await objects.replace(...place, {}, giving({ constructor: 1 }))
  await objects.patch(...place, {}, giving({ toString: 2 }))
  assert.deepEqual((await objects.read(...place)).fields, { constructor: 1, toString: 2 })
})

test('a body that cannot be read is told last, and read once (P 2.3)', async (context) => {
  const { objects } = await openTargets(context)
  let reads = 0
  const body = () => {
    reads += 1
    throw new PushError('INVALID_JSON', 'This is not JSON')
  }
  await refused(objects.create(eve, user, 'box', undefined, body), 'UNAUTHORIZED')
  await refused(objects.patch(ann, user, 'box', 'one', { ifMatch: '1' }, body), 'BUCKET_NOT_FOUND')
  await refused(objects.query(ann, user, 'box', body), 'BUCKET_NOT_FOUND')
  assert.equal(reads, 0)
  await refused(objects.create(ann, user, 'box', undefined, body), 'INVALID_JSON')
  await refused(objects.replace(ann, user, 'box', 'one', {}, body), 'INVALID_JSON')
  assert.equal(reads, 2)
})

test('a bucket has so many objects and no more', async (context) => {
  const { objects } = await openTargets(context, { pushObjectsPerBucketMax: 2 })
  for (const objectID of ['one', 'two']) await objects.replace(ann, user, 'box', objectID, {}, giving({}))
  await refused(objects.create(ann, user, 'box', undefined, giving({})), 'OPERATION_NOT_ALLOWED')
  await refused(objects.replace(ann, user, 'box', 'three', {}, giving({})), 'OPERATION_NOT_ALLOWED')
  await objects.replace(ann, user, 'box', 'two', {}, giving({}))
  await objects.remove(ann, user, 'box', 'one')
  await objects.replace(ann, user, 'box', 'three', {}, giving({}))
})

test('of patches at once every one counts, and each is told of (P 10.1)', async (context) => {
  const { objects, events } = await openTargets(context)
  const fields = Array.from({ length: 20 }, (_, index) => `f${index}`)
  const results = await Promise.all(
    fields.map((field) => objects.patch(ann, user, 'box', 'one', {}, giving({ [field]: 1 }))),
  )
  const { object } = results.find(({ object: { version } }) => version === fields.length) ?? {}
  assert.deepEqual(Object.keys(object?.fields ?? {}).sort(), fields.toSorted())
  assert.equal(results.filter(({ created }) => created).length, 1)
  assert.equal(events.filter((event) => event.startsWith('DATA_OBJECT_UPDATED')).length, 19)
})

test('of two with the same version one is stale (P 10.1)', async (context) => {
  const { objects } = await openTargets(context)
  const place = [ann, user, 'box', 'one'] as const
  await objects.replace(...place, {}, giving({}))
  const outcomes = await Promise.all(
    [1, 2].map((n) => outcomeOf(objects.patch(...place, { ifMatch: '"1"' }, giving({ n })))),
  )
  assert.deepEqual(outcomes.sort(), ['OBJECT_VERSION_IS_STALE', 'ok'])
})

test('of two that make one object with If-None-Match one is too late (P 10.1)', async (context) => {
  const { objects } = await openTargets(context)
  const write = () => outcomeOf(objects.patch(ann, user, 'box', 'one', { ifNoneMatchAny: true }, giving({})))
  assert.deepEqual((await Promise.all([write(), write()])).sort(), ['OBJECT_ALREADY_EXISTS', 'ok'])
})

test('a right that is taken away during a change stays away (P 11)', async (context) => {
  const { objects, accessLists, store } = await openTargets(context)
  const place = [ann, user, 'box', 'one'] as const
  await objects.replace(...place, {}, giving({}))
  const resource = { kind: 'object', scope: user, name: 'box', objectID: 'one' } as const
  const entry = [ann, resource, 'WRITE_EXISTING_OBJECT', 'UserID:eve'] as const
  await accessLists.put(...entry)
  const { replaceObject } = store.objects
  // Between reading the object and writing it.
  store.objects.replaceObject = async (...args) => {
    await accessLists.remove(...entry)
    return replaceObject.apply(store.objects, args)
  }
  await objects.patch(...place, {}, giving({ n: 1 }))
  await refused(accessLists.has(...entry), 'ACL_NOT_FOUND')
})

test('objects of another app are not there', async (context) => {
  const { objects } = await openTargets(context)
  await objects.replace(ann, user, 'box', 'one', {}, giving({}))
  const other = { app: appOf(otherAppID), principal: ann.principal }
  await refused(objects.read(other, user, 'box', 'one'), 'BUCKET_NOT_FOUND')
})
