import assert from 'node:assert/strict'
import { test } from 'node:test'
import { admin, anonymous, openPeople, type People, unread } from '../people.fixture.ts'

const unauthorized = { code: 'UNAUTHORIZED', status: 401 }
const lamp = { _vendorThingID: 'lamp.1', _password: 'lamp password', _thingType: 'lamp', colour: 'red' }

/** A thing, its owner, a member of a group that owns it, and strangers. */
async function openLamp(people: People) {
  const { addThing, addUser, ownership, groups } = people
  const thing = await addThing('lamp')
  const [owner, member, stranger] = [await addUser(), await addUser(), await addUser()]
  const other = await addThing('other')
  const { group } = await groups.create(owner.caller, () => ({ name: 'home', members: [member.id] }))
  await ownership.add(stranger.caller, thing.id, `user:${stranger.id}`)
  await ownership.remove(stranger.caller, thing.id, `user:${stranger.id}`)
  await ownership.add(owner.caller, thing.id, `user:${owner.id}`)
  await ownership.add(owner.caller, thing.id, `group:${group.groupID}`)
  return { thing, owner, member, stranger, other }
}

test('registers a thing with what was given, and never its password (P 4.1)', async (t) => {
  const { things, app, clock } = await openPeople(t)
  const thing = await things.register(app, () => lamp)
  assert.match(thing.thingID, /^th\.[A-Za-z0-9-]+$/)
  assert.deepEqual([thing.vendorThingID, thing.createdAt, thing.isDisabled], ['lamp.1', clock.now, false])
  assert.deepEqual(thing.fields, { _thingType: 'lamp', colour: 'red' })
  assert.equal(thing.online, undefined)
  assert.ok(!JSON.stringify(thing).includes('lamp password'))
  assert.deepEqual(await things.resolve(app, thing.thingID), thing)
})

test('gives a thing a token that does not end (P 4.1)', async (t) => {
  const { things, tokens, app } = await openPeople(t, { settings: { tokenSeconds: 60 } })
  const { thing, token } = await things.registerWithToken(app, () => lamp)
  assert.equal(token.expiresInSeconds, 2_147_483_647)
  assert.deepEqual(await tokens.authenticate(app, token.accessToken), { kind: 'thing', id: thing.thingID })
})

test('refuses a vendor thing ID that is taken in the app, and passwords and ids that are none (P 1.6, 4.1)', async (t) => {
  const { things, app, otherApp } = await openPeople(t)
  await things.register(app, () => lamp)
  await assert.rejects(
    things.register(app, () => lamp),
    {
      code: 'THING_ALREADY_EXISTS',
      status: 409,
      details: { field: '_vendorThingID', value: 'lamp.1' },
    },
  )
  await things.register(otherApp, () => lamp)
  const invalid = (field: string) => ({ code: 'INVALID_INPUT_DATA', details: { field } })
  for (const _vendorThingID of ['', 'a b', 'a:b', 'a/b', 'x'.repeat(201)]) {
    await assert.rejects(
      things.register(app, () => ({ ...lamp, _vendorThingID })),
      invalid('_vendorThingID'),
    )
  }
  for (const _password of ['', 'abc', 'x'.repeat(51), 'lämp']) {
    await assert.rejects(
      things.register(app, () => ({ ...lamp, _vendorThingID: 'b', _password })),
      invalid('_password'),
    )
  }
  const long = { ...lamp, _vendorThingID: 'x'.repeat(200), _password: 'x'.repeat(50) }
  assert.equal((await things.register(app, () => long)).vendorThingID.length, 200)
})

test('finds a thing by both its ids, and only in its app (P 4.3)', async (t) => {
  const { things, app, otherApp, as } = await openPeople(t)
  const { thingID } = await things.register(app, () => lamp)
  for (const ref of [thingID, 'VENDOR_THING_ID:lamp.1']) {
    assert.equal((await things.resolve(app, ref)).thingID, thingID)
    assert.equal((await things.resolve(as(anonymous), ref)).thingID, thingID)
  }
  const notFound = (field: string, value: string, appID: string) => ({
    code: 'THING_NOT_FOUND',
    status: 404,
    details: { field, value, appID },
  })
  await assert.rejects(things.resolve(otherApp, thingID), notFound('_thingID', thingID, otherApp.appID))
  for (const vendorThingID of ['nothing', '', 'a b', '\0']) {
    const refused = notFound('_vendorThingID', vendorThingID, app.appID)
    await assert.rejects(things.resolve(app, `VENDOR_THING_ID:${vendorThingID}`), refused)
  }
  await assert.rejects(things.resolve(app, 'lamp.1\0'), { code: 'THING_NOT_FOUND' })
})

test('lets the thing, its owners and the admin read, update and delete it, and nobody else (P 2.4)', async (t) => {
  const people = await openPeople(t)
  const { things, as, app } = people
  const { thing, owner, member, stranger, other } = await openLamp(people)
  for (const caller of [thing.caller, owner.caller, member.caller, as(admin)]) {
    assert.equal((await things.read(caller, 'VENDOR_THING_ID:lamp')).thingID, thing.id)
    await things.update(caller, thing.id, () => ({ colour: 'red' }))
  }
  for (const { caller, id } of [stranger, other]) {
    const details = { authenticatedAppID: app.appID, authenticatedPrincipalID: id }
    for (const asked of [
      things.read(caller, thing.id),
      things.update(caller, thing.id, unread),
      things.remove(caller, thing.id),
    ]) {
      await assert.rejects(asked, { ...unauthorized, details })
    }
  }
  await things.remove(member.caller, thing.id)
})

test('lets owners and the admin disable a thing, and not the thing itself (P 2.4, 4.3)', async (t) => {
  const people = await openPeople(t)
  const { things, as, app, ended, signIn, tokens } = people
  const { thing, owner, member, stranger, other } = await openLamp(people)
  for (const { caller } of [thing, stranger, other]) {
    await assert.rejects(things.setDisabled(caller, thing.id, unread), unauthorized)
  }
  for (const caller of [owner.caller, member.caller, as(admin)]) {
    ended.length = 0
    assert.equal((await things.setDisabled(caller, thing.id, () => ({ disabled: true }))).isDisabled, true)
    assert.deepEqual(ended, [`${app.appID} thing:${thing.id} The thing was disabled`])
    await assert.rejects(tokens.authenticate(app, thing.token.accessToken), { code: 'THING_DISABLED' })
    assert.equal((await things.setDisabled(caller, thing.id, () => ({ disabled: false }))).isDisabled, false)
    assert.equal(ended.length, 1)
    await tokens.authenticate(app, thing.token.accessToken)
  }
  await signIn.withPassword(app, 'VENDOR_THING_ID:lamp', 'lamp password')
})

test('lets the admin alone change the password of a thing, whose tokens stay (P 2.4, 4.3)', async (t) => {
  const people = await openPeople(t)
  const { things, as, app, signIn, tokens } = people
  const { thing, owner, stranger } = await openLamp(people)
  for (const { caller } of [thing, owner, stranger]) {
    await assert.rejects(things.changePassword(caller, thing.id, unread), unauthorized)
  }
  const tooShort = () => ({ newPassword: 'abc' })
  await assert.rejects(things.changePassword(as(admin), thing.id, tooShort), { code: 'INVALID_INPUT_DATA' })
  await things.changePassword(as(admin), thing.id, () => ({ newPassword: 'new lamp' }))
  await signIn.withPassword(app, 'VENDOR_THING_ID:lamp', 'new lamp')
  await assert.rejects(signIn.withPassword(app, 'VENDOR_THING_ID:lamp', 'lamp password'), {
    code: 'invalid_grant',
  })
  await tokens.authenticate(app, thing.token.accessToken)
})

test('does not tell anybody without a token, or of another app, which things there are (P 2.3)', async (t) => {
  const people = await openPeople(t)
  const { things, as, otherApp } = people
  const { id } = await people.addThing('lamp')
  for (const ref of [id, 'VENDOR_THING_ID:lamp', 'VENDOR_THING_ID:nothing']) {
    const callers = [
      [as(anonymous), unauthorized],
      [as(admin, otherApp), { code: 'THING_NOT_FOUND' }],
    ] as const
    for (const [caller, refused] of callers) {
      await assert.rejects(things.read(caller, ref), refused)
      await assert.rejects(things.update(caller, ref, unread), refused)
      await assert.rejects(things.remove(caller, ref), refused)
      await assert.rejects(things.setDisabled(caller, ref, unread), refused)
      await assert.rejects(things.changePassword(caller, ref, unread), refused)
    }
  }
})

test('keeps what each of two updates at once gives (P 4.3)', async (t) => {
  const { things, addThing } = await openPeople(t)
  const { id, caller } = await addThing('lamp')
  await Promise.all(
    ['red', 'green', 'blue'].map((colour) => things.update(caller, id, () => ({ [colour]: 1 }))),
  )
  assert.deepEqual((await things.read(caller, id)).fields, { red: 1, green: 1, blue: 1 })
})

test('tells whether a thing is online as the broker knows it, else as the store does (P 4.3)', async (t) => {
  const newer = new Map<string, { isOnline: boolean; modifiedAt: number }>()
  const { things, store, addThing } = await openPeople(t, {
    presence: { of: (thingID) => newer.get(thingID) },
  })
  const { id, caller } = await addThing('lamp')
  assert.equal((await things.read(caller, id)).online, undefined)
  await store.things.setOnline([{ thingID: id, isOnline: true, at: 5 }], 'one')
  assert.deepEqual((await things.read(caller, id)).online, { isOnline: true, modifiedAt: 5 })
  newer.set(id, { isOnline: false, modifiedAt: 6 })
  assert.deepEqual((await things.read(caller, id)).online, { isOnline: false, modifiedAt: 6 })
})

test('deletes a thing with everything of it, and then ends its connection (P 4.3, 13.3)', async (t) => {
  const people = await openPeople(t)
  const { things, tokens, app, as, ended, subscribe, store, addThing, whenEnded } = people
  const { thing, owner } = await openLamp(people)
  const stillSubscribed = await subscribe(owner.caller, { kind: 'thing', id: thing.id })
  await subscribe(thing.caller, { kind: 'thing', id: thing.id })
  ended.length = 0
  whenEnded.look = () => store.things.findThing(app.appID, { thingID: thing.id })
  await things.remove(thing.caller, thing.id)
  assert.equal(await whenEnded.saw, undefined)
  assert.deepEqual(ended, [`${app.appID} thing:${thing.id} The thing was deleted`])
  await assert.rejects(things.resolve(app, thing.id), { code: 'THING_NOT_FOUND' })
  await assert.rejects(tokens.authenticate(app, thing.token.accessToken), { code: 'WRONG_TOKEN' })
  assert.deepEqual(await store.subscriptions.listSubscriptions(app.appID, `thing:${thing.id}`), [])
  assert.equal(await stillSubscribed(), false)
  await assert.rejects(things.remove(as(admin), thing.id), { code: 'THING_NOT_FOUND' })
  assert.notEqual((await addThing('lamp')).id, thing.id)
})
