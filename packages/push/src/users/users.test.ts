import assert from 'node:assert/strict'
import { test } from 'node:test'
import { admin, anonymous, nobody, openPeople, type People, unread } from '../people.fixture.ts'
import type { NewUser } from './user-input.ts'

const password = 'correct horse'
const ada: NewUser = {
  loginName: 'ada',
  emailAddress: 'Ada@example.org',
  password,
  displayName: 'Ada',
  colour: 'blue',
}
const unauthorized = { code: 'UNAUTHORIZED', status: 401 }

async function registerAda({ users, app, as }: People) {
  const user = await users.register(app, () => ada)
  return { user, id: user.userID, caller: as({ kind: 'user', id: user.userID }) }
}

test('registers a user with what was given, and never its password (P 3.1)', async (t) => {
  const people = await openPeople(t)
  const { user } = await registerAda(people)
  assert.match(user.userID, /^[a-z0-9.-]{1,64}$/)
  assert.deepEqual([user.loginName, user.emailAddress, user.displayName], ['ada', 'Ada@example.org', 'Ada'])
  assert.deepEqual(user.fields, { colour: 'blue' })
  assert.deepEqual([user.number, user.isDisabled, user.createdAt], [1, false, people.clock.now])
  assert.ok(!JSON.stringify(user).includes(password))
  assert.deepEqual(await people.users.resolve(people.as(admin), user.userID), user)
})

test('registers and signs in at one time, with a token as any other (P 3.1)', async (t) => {
  const { users, tokens, app } = await openPeople(t, {
    settings: { tokenSeconds: 60, hasRefreshTokens: true },
  })
  const { user, token } = await users.registerWithToken(app, () => ada)
  assert.deepEqual([token.id, token.expiresInSeconds], [user.userID, 60])
  assert.ok(token.refreshToken)
  assert.deepEqual(await tokens.authenticate(app, token.accessToken), { kind: 'user', id: user.userID })
})

test('registers pseudo users, whose token does not end (P 3.2)', async (t) => {
  const { users, app } = await openPeople(t, { settings: { tokenSeconds: 60 } })
  for (const body of [{}, { colour: 'blue' }]) {
    const { user, token } = await users.registerWithToken(app, () => body)
    assert.equal(user.passwordHash, undefined)
    assert.equal(token.expiresInSeconds, 2_147_483_647)
  }
})

test('wants a password and a name, or neither (P 3.1, 3.2)', async (t) => {
  const { users, app } = await openPeople(t)
  const missing = (field: string) => ({ code: 'INVALID_INPUT_DATA', details: { field } })
  await assert.rejects(
    users.register(app, () => ({})),
    missing('password'),
  )
  await assert.rejects(
    users.register(app, () => ({ loginName: 'ada' })),
    missing('password'),
  )
  await assert.rejects(
    users.registerWithToken(app, () => ({ loginName: 'ada' })),
    missing('password'),
  )
  await assert.rejects(
    users.registerWithToken(app, () => ({ password })),
    missing('loginName'),
  )
  for (const wrong of ['', 'abc', 'x'.repeat(51), 'pässword', 'tab\t!']) {
    await assert.rejects(
      users.register(app, () => ({ ...ada, password: wrong })),
      missing('password'),
      wrong,
    )
  }
  for (const [index, good] of ['abcd', 'x'.repeat(50), '   ~'].entries()) {
    await users.register(app, () => ({ loginName: `user${index}`, password: good }))
  }
})

test('refuses a name that another user of the app has (P 3.1, 17 row 29)', async (t) => {
  const people = await openPeople(t)
  const { users, app, otherApp } = people
  await users.register(app, () => ({ ...ada, phoneNumber: '+819012345678' }))
  const rows: [NewUser, string, string][] = [
    [{ loginName: 'ada' }, 'loginName', 'ada'],
    [{ emailAddress: 'aDA@Example.org' }, 'emailAddress', 'aDA@Example.org'],
    [{ phoneNumber: '09012345678', country: 'JP' }, 'phoneNumber', '+819012345678'],
  ]
  for (const [body, field, value] of rows) {
    await assert.rejects(
      users.register(app, () => ({ ...body, password })),
      {
        code: 'USER_ALREADY_EXISTS',
        status: 409,
        details: { field, value },
      },
    )
  }
  await users.register(app, () => ({ loginName: 'Ada', password }))
  assert.equal((await users.register(otherApp, () => ada)).number, 1)
})

test('holds as many users and things as may be [pushPrincipalsPerAppMax]', async (t) => {
  const { addUser, addThing, otherApp } = await openPeople(t, { limits: { pushPrincipalsPerAppMax: 2 } })
  await addUser()
  await addThing('lamp')
  await assert.rejects(addUser(), { code: 'OPERATION_NOT_ALLOWED', status: 409 })
  await assert.rejects(addThing('fan'), { code: 'OPERATION_NOT_ALLOWED', status: 409 })
  await addUser(otherApp)
})

test('finds a user by each form of a path, and only in its app (P 3.3)', async (t) => {
  const people = await openPeople(t)
  const { users, as, otherApp, addThing } = people
  const { id, caller } = await registerAda(people)
  for (const ref of [id, 'LOGIN_NAME:ada', 'EMAIL:ada@EXAMPLE.org', 'me']) {
    assert.equal((await users.resolve(caller, ref)).userID, id, ref)
  }
  const notFound = (field: string, value: string) => ({
    code: 'USER_NOT_FOUND',
    details: { field, value, appID: otherApp.appID },
  })
  await assert.rejects(users.resolve(as(admin, otherApp), id), notFound('userID', id))
  await assert.rejects(users.resolve(as(admin, otherApp), 'LOGIN_NAME:ada'), notFound('loginName', 'ada'))
  const { caller: thing } = await addThing('lamp')
  for (const stranger of [as(admin), as(anonymous), thing]) {
    await assert.rejects(users.resolve(stranger, 'me'), unauthorized)
  }
  await assert.rejects(users.resolve(as(nobody), 'me'), { code: 'USER_NOT_FOUND' })
})

test('shows a user whole to itself and the admin, to others only where the app says so (P 3.3)', async (t) => {
  const people = await openPeople(t)
  const { users, as, addUser, addThing, apps, app } = people
  const { id, caller } = await registerAda(people)
  const others = [(await addUser()).caller, (await addThing('lamp')).caller]
  for (const owner of [caller, as(admin)]) assert.equal((await users.read(owner, id)).isFull, true)
  for (const other of others) assert.equal((await users.read(other, id)).isFull, false)
  const open = await apps.change(app.appID, { settings: { exposesUsers: true } })
  for (const other of others) assert.equal((await users.read({ ...other, app: open }, id)).isFull, true)
})

test('does not tell anybody without a token who exists (P 2.3)', async (t) => {
  const people = await openPeople(t)
  const { users, as } = people
  const { id } = await registerAda(people)
  for (const ref of [id, 'LOGIN_NAME:ada', 'LOGIN_NAME:nobody', 'nobody', 'me']) {
    for (const asked of [
      users.read(as(anonymous), ref),
      users.update(as(anonymous), ref, unread),
      users.changePassword(as(anonymous), undefined, ref, unread),
      users.remove(as(anonymous), ref),
    ]) {
      await assert.rejects(
        asked,
        { ...unauthorized, message: 'This takes an access token', details: {} },
        ref,
      )
    }
  }
})

test('checks existence, then the right, and reads the body last (P 2.3)', async (t) => {
  const people = await openPeople(t)
  const { users, addUser, addThing, app } = people
  const { id } = await registerAda(people)
  for (const { caller, id: principal } of [await addUser(), await addThing('lamp')]) {
    const notMine = {
      ...unauthorized,
      details: { authenticatedAppID: app.appID, authenticatedPrincipalID: principal },
    }
    for (const [ref, refused] of [
      ['nobody', { code: 'USER_NOT_FOUND' }],
      [id, notMine],
    ] as const) {
      await assert.rejects(users.update(caller, ref, unread), refused)
      await assert.rejects(users.changePassword(caller, undefined, ref, unread), refused)
      await assert.rejects(users.remove(caller, ref), refused)
    }
  }
})

test('replaces custom fields on update, and leaves predefined members that are absent (P 3.4, 17 row 26)', async (t) => {
  const people = await openPeople(t)
  const { users, clock } = people
  const { caller, id, user } = await registerAda(people)
  clock.now += 5
  const echoed = { userID: 'x', internalUserID: 7, _hasPassword: true, emailAddressVerified: true }
  const changed = await users.update(caller, 'me', () => ({ ...echoed, size: 3, country: 'JP' }))
  assert.deepEqual(changed, { ...user, fields: { size: 3 }, country: 'JP', modifiedAt: clock.now })
  assert.deepEqual((await users.update(caller, id, () => ({ displayName: 'A.' }))).fields, {})
})

test('refuses an update to a name that is taken, and takes a user’s own again (P 3.4)', async (t) => {
  const people = await openPeople(t)
  const { users, app } = people
  const { caller, user } = await registerAda(people)
  await users.register(app, () => ({ loginName: 'bob', password }))
  const taken = { code: 'USER_ALREADY_EXISTS', details: { field: 'loginName', value: 'bob' } }
  await assert.rejects(
    users.update(caller, 'me', () => ({ loginName: 'bob', size: 1 })),
    taken,
  )
  assert.deepEqual((await users.read(caller, 'me')).user, user)
  const { loginName, emailAddress } = ada as { loginName: string; emailAddress: string }
  await users.update(caller, 'me', () => ({ loginName, emailAddress: emailAddress.toUpperCase() }))
})

test('makes a pseudo user a normal one by name and password, and not by one of them (P 3.2)', async (t) => {
  const { users, signIn, app, addUser } = await openPeople(t)
  const { caller, id } = await addUser()
  await users.update(caller, 'me', () => ({ size: 1 }))
  for (const half of [{ loginName: 'ada' }, { password }]) {
    await assert.rejects(
      users.update(caller, 'me', () => half),
      { code: 'INVALID_INPUT_DATA' },
    )
  }
  await users.update(caller, 'me', () => ({ loginName: 'ada', password }))
  assert.equal((await signIn.withPassword(app, 'ada', password)).id, id)
})

test('takes no password by an update from whoever has one (P 3.4)', async (t) => {
  const people = await openPeople(t)
  const { users, signIn, app } = people
  const { caller } = await registerAda(people)
  await users.update(caller, 'me', () => ({ password: 'another one' }))
  await assert.rejects(signIn.withPassword(app, 'ada', 'another one'), { code: 'invalid_grant' })
  await signIn.withPassword(app, 'ada', password)
})

test('changes the password with the present one, and ends all other tokens (P 3.4)', async (t) => {
  const people = await openPeople(t)
  const { users, tokens, signIn, app } = people
  const { caller } = await registerAda(people)
  const [mine, other] = [
    await signIn.withPassword(app, 'ada', password),
    await signIn.withPassword(app, 'ada', password),
  ]
  const change = (body: { oldPassword?: string; newPassword: string }) =>
    users.changePassword(caller, mine.accessToken, 'me', () => body)
  await assert.rejects(change({ oldPassword: 'wrong', newPassword: 'new horse' }), {
    code: 'WRONG_PASSWORD',
    status: 401,
  })
  await assert.rejects(change({ newPassword: 'new horse' }), {
    code: 'INVALID_INPUT_DATA',
    details: { field: 'oldPassword' },
  })
  await assert.rejects(change({ oldPassword: password, newPassword: 'new' }), {
    code: 'INVALID_INPUT_DATA',
    details: { field: 'newPassword' },
  })
  await tokens.authenticate(app, other.accessToken)
  await change({ oldPassword: password, newPassword: 'new horse' })
  await tokens.authenticate(app, mine.accessToken)
  await assert.rejects(tokens.authenticate(app, other.accessToken), { code: 'WRONG_TOKEN' })
  await assert.rejects(signIn.withPassword(app, 'ada', password), { code: 'invalid_grant' })
  await signIn.withPassword(app, 'ada', 'new horse')
})

test('lets the admin change a password without the present one, and ends every token (P 3.4)', async (t) => {
  const people = await openPeople(t)
  const { users, tokens, signIn, app, as, addUser } = people
  const { id } = await registerAda(people)
  const { accessToken } = await signIn.withPassword(app, 'ada', password)
  const adminToken = await tokens.issue(app, admin)
  const body = () => ({ newPassword: 'new horse' })
  await users.changePassword(as(admin), adminToken.accessToken, id, body)
  await assert.rejects(tokens.authenticate(app, accessToken), { code: 'WRONG_TOKEN' })
  await tokens.authenticate(app, adminToken.accessToken)
  await signIn.withPassword(app, 'ada', 'new horse')
  const wrong = () => ({ oldPassword: 'wrong', newPassword: 'new horse' })
  await assert.rejects(users.changePassword(as(admin), undefined, id, wrong), { code: 'WRONG_PASSWORD' })
  const { id: pseudo } = await addUser()
  await assert.rejects(users.changePassword(as(admin), undefined, pseudo, body), {
    code: 'INVALID_INPUT_DATA',
  })
})

test('deletes a user with everything of it, and then ends its connections (P 3.4, 13.3)', async (t) => {
  const people = await openPeople(t)
  const { users, groups, ownership, tokens, app, as, ended, addUser, addThing, subscribe, store, whenEnded } =
    people
  const [user, member, owner] = [await addUser(), await addUser(), await addUser()]
  const { group } = await groups.create(user.caller, () => ({ name: 'mine', members: [member.id] }))
  const { group: others } = await groups.create(owner.caller, () => ({ name: 'other', members: [user.id] }))
  const { id: thingID } = await addThing('lamp')
  await ownership.add(user.caller, thingID, `user:${user.id}`)
  await ownership.add(member.caller, thingID, `group:${group.groupID}`)
  const stillSubscribed = await subscribe(member.caller, { kind: 'thing', id: thingID })
  await subscribe(user.caller, { kind: 'user', id: user.id })
  const token = user.token.accessToken

  whenEnded.look = () => store.users.findUser(app.appID, { userID: user.id })
  await users.remove(user.caller, 'me')
  assert.equal(await whenEnded.saw, undefined)
  assert.deepEqual(ended, [`${app.appID} user:${user.id} The user was deleted`])
  await assert.rejects(users.resolve(as(admin), user.id), { code: 'USER_NOT_FOUND' })
  await assert.rejects(tokens.authenticate(app, token), { code: 'WRONG_TOKEN' })
  await assert.rejects(groups.resolve(app, group.groupID), { code: 'GROUP_NOT_FOUND' })
  assert.deepEqual(await groups.listMembers(as(admin), others.groupID), [owner.id])
  assert.deepEqual(await ownership.list(as(admin), thingID), { users: [], groups: [] })
  assert.deepEqual(await store.subscriptions.listSubscriptions(app.appID, `user:${user.id}`), [])
  assert.equal(await stillSubscribed(), false)
  await assert.rejects(users.remove(as(admin), user.id), { code: 'USER_NOT_FOUND' })
})

test('ends what things were subscribed to by right of a user who is deleted (P 3.4, 17 row 19)', async (t) => {
  const { users, groups, ownership, as, addUser, addThing, subscribe, store, topics } = await openPeople(t)
  const [user, other] = [await addUser(), await addUser()]
  const { group } = await groups.create(other.caller, () => ({ name: 'home', members: [user.id] }))
  const [own, ofGroup] = [await addThing('own'), await addThing('of.the.group')]
  await ownership.add(user.caller, own.id, `user:${user.id}`)
  await ownership.add(user.caller, ofGroup.id, `group:${group.groupID}`)
  const scope = { kind: 'user', id: other.id } as const
  await topics.create(as(admin), scope, 'news')
  const { key } = await topics.find(as(admin), scope, 'news')
  await store.targets.changeAccessList(key, () => ({ SUBSCRIBE_TO_TOPIC: [`UserID:${user.id}`] }))
  const stay = [await subscribe(user.caller, scope, own.id), await subscribe(user.caller, scope, ofGroup.id)]
  assert.deepEqual(await Promise.all(stay.map((still) => still())), [true, true])
  await users.remove(as(admin), user.id)
  assert.deepEqual(await Promise.all(stay.map((still) => still())), [false, false])
})

test('refuses whoever belongs to another app (P 2.3)', async (t) => {
  const people = await openPeople(t)
  const { users, addUser, otherApp, as } = people
  const { id } = await registerAda(people)
  for (const stranger of [as(admin, otherApp), (await addUser(otherApp)).caller]) {
    const missing = { code: 'USER_NOT_FOUND' }
    await assert.rejects(users.read(stranger, id), missing)
    await assert.rejects(users.update(stranger, id, unread), missing)
    await assert.rejects(users.changePassword(stranger, undefined, id, unread), missing)
    await assert.rejects(users.remove(stranger, id), missing)
  }
})
