import assert from 'node:assert/strict'
import { test } from 'node:test'
import { admin, anonymous, openPeople, type People, type PeopleOptions, unread } from '../people.fixture.ts'

const unauthorized = { code: 'UNAUTHORIZED', status: 401 }
const password = 'lamp password'

/** A thing, two users of whom the first has a group with the second in it, and a stranger. */
async function openHome(test: Parameters<typeof openPeople>[0], options?: PeopleOptions) {
  const people: People = await openPeople(test, options)
  const thing = await people.addThing('lamp')
  const [ada, bob, stranger] = [await people.addUser(), await people.addUser(), await people.addUser()]
  const { group } = await people.groups.create(ada.caller, () => ({ name: 'home', members: [bob.id] }))
  return { ...people, thing, ada, bob, stranger, groupID: group.groupID, byAdmin: people.as(admin) }
}

test('lets a user make itself an owner, or a group that it is a member of (P 4.4)', async (t) => {
  const { ownership, thing, ada, bob, groupID, byAdmin } = await openHome(t)
  await ownership.add(ada.caller, 'VENDOR_THING_ID:lamp', `user:${ada.id}`)
  await ownership.add(bob.caller, thing.id, `group:${groupID}`)
  await ownership.add(bob.caller, thing.id, 'user:me')
  const users = [ada.id, bob.id].sort()
  assert.deepEqual(await ownership.list(byAdmin, thing.id), { users, groups: [groupID] })
  for (const ref of [`user:${ada.id}`, `group:${groupID}`]) {
    const refused = { code: 'THING_OWNERSHIP_ALREADY_EXISTS', status: 409 }
    await assert.rejects(ownership.add(ada.caller, thing.id, ref), refused)
  }
})

test('refuses to make somebody else an owner, or a group one is not in; the admin may (P 2.4)', async (t) => {
  const { ownership, thing, ada, bob, stranger, groupID, byAdmin } = await openHome(t)
  await assert.rejects(ownership.add(ada.caller, thing.id, `user:${bob.id}`), unauthorized)
  await assert.rejects(ownership.add(stranger.caller, thing.id, `group:${groupID}`), unauthorized)
  await assert.rejects(ownership.add(thing.caller, thing.id, `user:${ada.id}`), unauthorized)
  assert.deepEqual(await ownership.list(byAdmin, thing.id), { users: [], groups: [] })
  await ownership.add(byAdmin, thing.id, `user:${ada.id}`)
  await ownership.add(byAdmin, thing.id, `group:${groupID}`)
})

test('tells what does not exist, and what is no owner at all (P 4.4)', async (t) => {
  const { ownership, thing, ada, byAdmin, otherApp, addUser } = await openHome(t)
  const foreign = await addUser(otherApp)
  await assert.rejects(ownership.add(ada.caller, 'th.nothing', 'user:nobody'), { code: 'THING_NOT_FOUND' })
  for (const id of ['nobody', foreign.id]) {
    await assert.rejects(ownership.add(byAdmin, thing.id, `user:${id}`), { code: 'USER_NOT_FOUND' })
  }
  await assert.rejects(ownership.add(byAdmin, thing.id, 'group:nothing'), { code: 'GROUP_NOT_FOUND' })
  for (const ref of ['', 'user:', 'thing:x', ada.id]) {
    await assert.rejects(ownership.add(byAdmin, thing.id, ref), { code: 'INVALID_INPUT_DATA' }, ref)
  }
  await assert.rejects(ownership.list(foreign.caller, thing.id), { code: 'THING_NOT_FOUND' })
})

test('makes an owner of whoever knows the password of the thing (P 4.4)', async (t) => {
  const { ownership, thing, ada, bob, groupID, byAdmin } = await openHome(t)
  const ask = (body: object) => ownership.addWithPassword(ada.caller, thing.id, () => body as never)
  const wrong = { code: 'WRONG_PASSWORD', status: 401 }
  await assert.rejects(ask({ userID: ada.id, thingPassword: 'wrong' }), wrong)
  await assert.rejects(ask({ userID: bob.id, thingPassword: password }), unauthorized)
  for (const owners of [{}, { userID: ada.id, groupID }]) {
    await assert.rejects(ask({ ...owners, thingPassword: password }), { code: 'INVALID_INPUT_DATA' })
  }
  await assert.rejects(ask({ groupID: 'nothing', thingPassword: password }), { code: 'GROUP_NOT_FOUND' })
  await ask({ userID: ada.id, thingPassword: password })
  await ask({ groupID, thingPassword: password })
  assert.deepEqual(await ownership.list(byAdmin, thing.id), { users: [ada.id], groups: [groupID] })
  await assert.rejects(ask({ userID: ada.id, thingPassword: password }), {
    code: 'THING_OWNERSHIP_ALREADY_EXISTS',
  })
})

test('reads the body of a request last (P 2.3)', async (t) => {
  const { ownership, thing, ada, as } = await openHome(t)
  await assert.rejects(ownership.addWithPassword(ada.caller, 'th.nothing', unread), {
    code: 'THING_NOT_FOUND',
  })
  await assert.rejects(ownership.addWithPassword(thing.caller, thing.id, unread), unauthorized)
  await assert.rejects(ownership.addWithPassword(as(anonymous), 'th.nothing', unread), unauthorized)
})

test('takes the password where the app wants it, but from the admin (P 4.4)', async (t) => {
  const home = await openHome(t, { settings: { ownershipNeedsPassword: true } })
  const { ownership, thing, ada, bob, byAdmin } = home
  await assert.rejects(ownership.add(ada.caller, thing.id, `user:${ada.id}`), unauthorized)
  const body = { userID: ada.id, thingPassword: password }
  await ownership.addWithPassword(ada.caller, thing.id, () => body)
  await ownership.add(byAdmin, thing.id, `user:${bob.id}`)
})

test('tells owners, the admin and those who are asked about whether they own it (P 2.4)', async (t) => {
  const { ownership, thing, ada, bob, stranger, groupID, byAdmin } = await openHome(t)
  await ownership.add(ada.caller, thing.id, `user:${ada.id}`)
  const notFound = { code: 'THING_OWNERSHIP_NOT_FOUND', status: 404 }
  for (const caller of [ada.caller, byAdmin]) {
    assert.equal(await ownership.has(caller, thing.id, `user:${ada.id}`), true)
    await assert.rejects(ownership.has(caller, thing.id, `user:${bob.id}`), notFound)
    await assert.rejects(ownership.has(caller, thing.id, 'user:nobody'), notFound)
  }
  await assert.rejects(ownership.has(bob.caller, thing.id, `user:${bob.id}`), notFound)
  await assert.rejects(ownership.has(bob.caller, thing.id, 'user:me'), notFound)
  await assert.rejects(ownership.has(bob.caller, thing.id, `group:${groupID}`), notFound)
  await assert.rejects(ownership.has(stranger.caller, thing.id, `user:${ada.id}`), unauthorized)
  await assert.rejects(ownership.has(stranger.caller, thing.id, `group:${groupID}`), unauthorized)
  await assert.rejects(ownership.list(bob.caller, thing.id), unauthorized)
  await assert.rejects(ownership.list(thing.caller, thing.id), unauthorized)
})

test('makes every member of an owning group an owner, for as long as it is one (P 4.4)', async (t) => {
  const { ownership, things, groups, thing, ada, bob, groupID, app, byAdmin } = await openHome(t)
  await ownership.add(ada.caller, thing.id, `group:${groupID}`)
  for (const { caller } of [ada, bob]) {
    assert.equal(await things.isOwner(app, thing.id, caller.principal), true)
    await ownership.list(caller, thing.id)
  }
  assert.equal(await things.isOwner(app, thing.id, thing.caller.principal), false)
  await groups.removeMember(ada.caller, groupID, bob.id)
  assert.equal(await things.isOwner(app, thing.id, bob.caller.principal), false)
  await groups.remove(byAdmin, groupID)
  assert.equal(await things.isOwner(app, thing.id, ada.caller.principal), false)
})

test('lets any owner end an ownership, and the subscriptions that rested on it end too (P 4.4, 17 row 19)', async (t) => {
  const { ownership, subscribe, thing, ada, bob, stranger, groupID, byAdmin } = await openHome(t)
  await ownership.add(ada.caller, thing.id, `group:${groupID}`)
  await ownership.add(stranger.caller, thing.id, `user:${stranger.id}`)
  const scope = { kind: 'thing', id: thing.id } as const
  const bobStays = await subscribe(bob.caller, scope)
  const strangerStays = await subscribe(stranger.caller, scope)
  await assert.rejects(ownership.remove(thing.caller, thing.id, `group:${groupID}`), unauthorized)

  await ownership.remove(bob.caller, thing.id, `group:${groupID}`)
  assert.deepEqual([await bobStays(), await strangerStays()], [false, true])
  await assert.rejects(ownership.remove(bob.caller, thing.id, `user:${stranger.id}`), unauthorized)
  await ownership.remove(byAdmin, thing.id, `user:${stranger.id}`)
  assert.equal(await strangerStays(), false)
  const refused = { code: 'THING_OWNERSHIP_NOT_FOUND' }
  await assert.rejects(ownership.remove(byAdmin, thing.id, `user:${stranger.id}`), refused)
})

test('ends what other things of a group were subscribed to through the one it owns no more (P 4.4, 17 row 19)', async (t) => {
  const { ownership, subscribe, addThing, thing, ada, groupID } = await openHome(t)
  const door = await addThing('door')
  for (const { id } of [thing, door]) await ownership.add(ada.caller, id, `group:${groupID}`)
  const doorStays = await subscribe(ada.caller, { kind: 'thing', id: thing.id }, door.id)
  assert.equal(await doorStays(), true)
  await ownership.remove(ada.caller, thing.id, `group:${groupID}`)
  assert.equal(await doorStays(), false)
})

test('holds as many owners as may be [pushOwnersPerThingMax]', async (t) => {
  const { ownership, thing, ada, bob } = await openHome(t, { limits: { pushOwnersPerThingMax: 1 } })
  await ownership.add(ada.caller, thing.id, `user:${ada.id}`)
  await assert.rejects(ownership.add(bob.caller, thing.id, `user:${bob.id}`), {
    code: 'OPERATION_NOT_ALLOWED',
  })
  await ownership.remove(ada.caller, thing.id, `user:${ada.id}`)
  await ownership.add(bob.caller, thing.id, `user:${bob.id}`)
})
