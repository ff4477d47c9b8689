import assert from 'node:assert/strict'
import { test } from 'node:test'
import { admin, anonymous, openPeople, type PeopleOptions, unread } from '../people.fixture.ts'

const unauthorized = { code: 'UNAUTHORIZED', status: 401 }
const full = { code: 'OPERATION_NOT_ALLOWED', status: 409 }

/** A group of ada, with bob in it, and a stranger. */
async function openGroup(test: Parameters<typeof openPeople>[0], options?: PeopleOptions) {
  const people = await openPeople(test, options)
  const [ada, bob, stranger] = [await people.addUser(), await people.addUser(), await people.addUser()]
  const { group } = await people.groups.create(ada.caller, () => ({ name: 'ferries', members: [bob.id] }))
  return { ...people, ada, bob, stranger, group, groupID: group.groupID, byAdmin: people.as(admin) }
}

test('makes a group of the caller, who is a member, and tells of members who do not exist (P 5)', async (t) => {
  const { groups, ada, bob, addUser, otherApp, clock } = await openGroup(t)
  const foreign = await addUser(otherApp)
  const members = [bob.id, 'nobody', bob.id, foreign.id, 'with space']
  const { group, notFoundUsers } = await groups.create(ada.caller, () => ({
    name: 'x',
    owner: ada.id,
    members,
  }))
  assert.match(group.groupID, /^[a-z0-9_.-]{1,30}$/)
  assert.deepEqual([group.name, group.owner, group.createdAt], ['x', ada.id, clock.now])
  assert.deepEqual(notFoundUsers, ['nobody', foreign.id, 'with space'])
  assert.deepEqual(await groups.listMembers(ada.caller, group.groupID), [ada.id, bob.id].sort())
})

test('makes a group with an id of one’s own, once (P 5)', async (t) => {
  const { groups, ada, bob, app } = await openGroup(t)
  const body = () => ({ name: 'x' })
  const { group } = await groups.createWithID(ada.caller, 'a.b_c-9', body)
  assert.deepEqual(await groups.read(ada.caller, 'a.b_c-9'), group)
  await assert.rejects(groups.createWithID(bob.caller, 'a.b_c-9', body), {
    code: 'GROUP_ALREADY_EXISTS',
    status: 409,
    details: { groupID: 'a.b_c-9', appID: app.appID },
  })
  await groups.createWithID(ada.caller, 'x'.repeat(30), body)
  for (const groupID of ['x'.repeat(31), '', 'Upper', 'a b']) {
    const refused = { code: 'INVALID_INPUT_DATA', details: { field: 'groupID' } }
    await assert.rejects(groups.createWithID(ada.caller, groupID, body), refused)
  }
})

test('lets the admin make groups for anybody or nobody, and users for themselves only (P 5)', async (t) => {
  const { groups, ada, bob, byAdmin } = await openGroup(t)
  const { group: owned } = await groups.create(byAdmin, () => ({ name: 'x', owner: bob.id }))
  assert.deepEqual(await groups.listMembers(byAdmin, owned.groupID), [bob.id])
  const { group: ownerless } = await groups.create(byAdmin, () => ({ name: 'x', members: [bob.id] }))
  assert.equal(ownerless.owner, undefined)
  assert.deepEqual(await groups.listMembers(byAdmin, ownerless.groupID), [bob.id])
  await groups.removeMember(bob.caller, ownerless.groupID, bob.id)
  await assert.rejects(
    groups.create(ada.caller, () => ({ name: 'x', owner: bob.id })),
    unauthorized,
  )
  await assert.rejects(
    groups.create(byAdmin, () => ({ name: 'x', owner: 'nobody' })),
    { code: 'USER_NOT_FOUND' },
  )
})

test('makes no group for things and the anonymous, whose bodies are not read (P 2.3, 2.4)', async (t) => {
  const { groups, addThing, as } = await openGroup(t)
  for (const caller of [(await addThing('lamp')).caller, as(anonymous)]) {
    await assert.rejects(groups.create(caller, unread), unauthorized)
    await assert.rejects(groups.createWithID(caller, 'mine', unread), unauthorized)
  }
})

test('takes a name of 1 to 190 characters (P 16)', async (t) => {
  const { groups, ada, groupID } = await openGroup(t)
  for (const name of ['x', '🚢'.repeat(190)]) {
    await groups.create(ada.caller, () => ({ name }))
    assert.equal((await groups.rename(ada.caller, groupID, () => name)).name, name)
  }
  for (const name of ['', 'x'.repeat(191), 'two\nlines', 'half \ud800']) {
    const refused = { code: 'INVALID_INPUT_DATA', details: { field: 'name' } }
    await assert.rejects(
      groups.create(ada.caller, () => ({ name })),
      refused,
    )
    await assert.rejects(
      groups.rename(ada.caller, groupID, () => name),
      refused,
    )
  }
})

test('shows a group to its members and the admin (P 2.4)', async (t) => {
  const { groups, ada, bob, stranger, group, groupID, byAdmin, addThing, as, otherApp, addUser } =
    await openGroup(t)
  for (const caller of [ada.caller, bob.caller, byAdmin]) {
    assert.deepEqual(await groups.read(caller, groupID), group)
    assert.deepEqual(await groups.listMembers(caller, groupID), [ada.id, bob.id].sort())
  }
  const notFound = { code: 'GROUP_NOT_FOUND', status: 404 }
  for (const [caller, refused, ref] of [
    [stranger.caller, unauthorized, groupID],
    [(await addThing('lamp')).caller, unauthorized, groupID],
    [as(anonymous), unauthorized, 'nothing'],
    [stranger.caller, notFound, 'nothing'],
    [stranger.caller, notFound, 'no group\0'],
    [as(admin, otherApp), notFound, groupID],
    [(await addUser(otherApp)).caller, notFound, groupID],
  ] as const) {
    await assert.rejects(groups.read(caller, ref), refused)
    await assert.rejects(groups.listMembers(caller, ref), refused)
  }
})

test('lists the groups one is a member of or owns, and somebody else’s for the admin only (P 5)', async (t) => {
  const { groups, ada, bob, stranger, group, byAdmin, as } = await openGroup(t)
  for (const caller of [bob.caller, byAdmin]) {
    assert.deepEqual(await groups.list(caller, { member: bob.id }), [group])
    assert.deepEqual(await groups.list(caller, { owner: bob.id }), [])
  }
  assert.deepEqual(await groups.list(ada.caller, { owner: ada.id }), [group])
  assert.deepEqual(await groups.list(byAdmin, { member: 'nobody\0' }), [])
  for (const caller of [stranger.caller, as(anonymous)]) {
    await assert.rejects(groups.list(caller, { member: bob.id }), unauthorized)
    await assert.rejects(groups.list(caller, { owner: ada.id }), unauthorized)
  }
})

test('lets owner and admin alone change a group, and reads bodies last (P 2.3, 2.4)', async (t) => {
  const { groups, bob, stranger, groupID, as, otherApp } = await openGroup(t)
  for (const [caller, refused] of [
    [bob.caller, unauthorized],
    [stranger.caller, unauthorized],
    [as(anonymous), unauthorized],
    [as(admin, otherApp), { code: 'GROUP_NOT_FOUND' }],
  ] as const) {
    await assert.rejects(groups.addMember(caller, groupID, 'nobody'), refused)
    await assert.rejects(groups.removeMember(caller, groupID, 'nobody'), refused)
    await assert.rejects(groups.rename(caller, groupID, unread), refused)
    await assert.rejects(groups.changeOwner(caller, groupID, unread), refused)
    await assert.rejects(groups.remove(caller, groupID), refused)
  }
})

test('adds members, again and again without harm (P 5)', async (t) => {
  const { groups, ada, stranger, groupID, app, byAdmin } = await openGroup(t)
  await groups.addMember(ada.caller, groupID, stranger.id)
  await groups.addMember(byAdmin, groupID, stranger.id)
  assert.equal(await groups.isMember(app, groupID, stranger.id), true)
  for (const userID of ['nobody', 'no body']) {
    const details = { field: 'userID', value: userID, appID: app.appID }
    await assert.rejects(groups.addMember(ada.caller, groupID, userID), { code: 'USER_NOT_FOUND', details })
  }
})

test('removes members with the subscriptions that rested on it, and never the owner (P 5)', async (t) => {
  const { groups, subscribe, ada, bob, stranger, groupID, app } = await openGroup(t)
  const scope = { kind: 'group', id: groupID } as const
  const [adaStays, bobStays] = [await subscribe(ada.caller, scope), await subscribe(bob.caller, scope)]
  await groups.removeMember(ada.caller, groupID, bob.id)
  assert.equal(await groups.isMember(app, groupID, bob.id), false)
  assert.deepEqual([await adaStays(), await bobStays()], [true, false])
  await assert.rejects(groups.removeMember(ada.caller, groupID, bob.id), {
    code: 'USER_NOT_FOUND',
    status: 404,
  })
  await assert.rejects(groups.removeMember(ada.caller, groupID, ada.id), full)
  await groups.addMember(ada.caller, groupID, stranger.id)
  await assert.rejects(groups.removeMember(stranger.caller, groupID, ada.id), unauthorized)
  await groups.removeMember(stranger.caller, groupID, stranger.id)
  assert.deepEqual(await groups.listMembers(ada.caller, groupID), [ada.id])
})

test('gives a group to another owner, who becomes a member; the one before stays one (P 5)', async (t) => {
  const { groups, ada, stranger, groupID, clock } = await openGroup(t)
  clock.now += 5
  const group = await groups.changeOwner(ada.caller, groupID, () => ({ owner: stranger.id }))
  assert.deepEqual([group.owner, group.modifiedAt], [stranger.id, clock.now])
  assert.ok((await groups.listMembers(ada.caller, groupID)).includes(stranger.id))
  await assert.rejects(groups.rename(ada.caller, groupID, unread), unauthorized)
  const toNobody = groups.changeOwner(stranger.caller, groupID, () => ({ owner: 'nobody' }))
  await assert.rejects(toNobody, { code: 'USER_NOT_FOUND' })
  await groups.changeOwner(stranger.caller, groupID, () => ({ owner: stranger.id }))
  await groups.removeMember(stranger.caller, groupID, ada.id)
})

test('deletes a group, and what its members had through it elsewhere (P 5, 17 row 19)', async (t) => {
  const { groups, ownership, addThing, subscribe, ada, bob, groupID } = await openGroup(t)
  const { id } = await addThing('lamp')
  await ownership.add(bob.caller, id, `group:${groupID}`)
  const inThing = await subscribe(bob.caller, { kind: 'thing', id })
  const inGroup = await subscribe(bob.caller, { kind: 'group', id: groupID })
  const own = await subscribe(bob.caller, { kind: 'user', id: bob.id })
  await groups.remove(ada.caller, groupID)
  assert.deepEqual([await inThing(), await inGroup(), await own()], [false, false, true])
  await assert.rejects(groups.remove(ada.caller, groupID), { code: 'GROUP_NOT_FOUND' })
})

test('ends what a thing of the group was subscribed to by right of a member who is one no more (P 4.4, 17 row 19)', async (t) => {
  const { groups, ownership, addThing, subscribe, ada, bob, groupID } = await openGroup(t)
  const { id } = await addThing('lamp')
  await ownership.add(bob.caller, id, `group:${groupID}`)
  const bobs = await subscribe(bob.caller, { kind: 'user', id: bob.id }, id)
  const adas = await subscribe(ada.caller, { kind: 'user', id: ada.id }, id)
  assert.deepEqual([await bobs(), await adas()], [true, true])
  await groups.removeMember(bob.caller, groupID, bob.id)
  assert.deepEqual([await bobs(), await adas()], [false, true])
  await groups.remove(ada.caller, groupID)
  assert.equal(await adas(), false)
})

test('holds as many members as may be [pushMembersPerGroupMax]', async (t) => {
  const { groups, ada, bob, stranger, groupID } = await openGroup(t, {
    limits: { pushMembersPerGroupMax: 2 },
  })
  await groups.addMember(ada.caller, groupID, bob.id)
  await assert.rejects(groups.addMember(ada.caller, groupID, stranger.id), full)
  await assert.rejects(
    groups.changeOwner(ada.caller, groupID, () => ({ owner: stranger.id })),
    full,
  )
  const three = () => ({ name: 'x', members: [bob.id, stranger.id] })
  await assert.rejects(groups.create(ada.caller, three), full)
})

test('lets one user own as many groups as may be [pushGroupsPerOwnerMax]', async (t) => {
  const { groups, ada, bob, groupID, byAdmin } = await openGroup(t, { limits: { pushGroupsPerOwnerMax: 1 } })
  const body = () => ({ name: 'x', owner: ada.id })
  for (const caller of [ada.caller, byAdmin]) await assert.rejects(groups.create(caller, body), full)
  await groups.create(bob.caller, () => ({ name: 'x' }))
  await assert.rejects(
    groups.changeOwner(ada.caller, groupID, () => ({ owner: bob.id })),
    full,
  )
  await groups.remove(ada.caller, groupID)
  await groups.create(ada.caller, body)
})
