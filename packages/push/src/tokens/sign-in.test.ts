import assert from 'node:assert/strict'
import { test } from 'node:test'
import { admin, anonymous, openPeople } from '../people.fixture.ts'

const password = 'correct horse'
const ada = {
  loginName: 'ada',
  emailAddress: 'Ada@example.org',
  phoneNumber: '09012345678',
  country: 'JP',
  password,
}

test('signs a user in by each of its names (P 2.2)', async (t) => {
  const { signIn, users, tokens, app } = await openPeople(t)
  const { userID } = await users.register(app, () => ada)
  const usernames = [
    'ada',
    'LOGIN_NAME:ada',
    'ada@EXAMPLE.org',
    'EMAIL:Ada@example.org',
    '+819012345678',
    'PHONE:+819012345678',
    'PHONE:JP-09012345678',
  ]
  for (const username of usernames) {
    const { id, accessToken } = await signIn.withPassword(app, username, password)
    assert.equal(id, userID, username)
    assert.deepEqual(await tokens.authenticate(app, accessToken), { kind: 'user', id: userID })
  }
})

test('signs a thing in by its vendor thing ID (P 4.2)', async (t) => {
  const { signIn, addThing, tokens, app } = await openPeople(t)
  const { id, caller } = await addThing('lamp.1')
  const issued = await signIn.withPassword(app, 'VENDOR_THING_ID:lamp.1', 'lamp password')
  assert.equal(issued.id, id)
  assert.deepEqual(await tokens.authenticate(app, issued.accessToken), caller.principal)
})

test('answers alike for an unknown name, a wrong password and a user without one (P 2.2)', async (t) => {
  const { signIn, users, addThing, addUser, app, otherApp, store } = await openPeople(t)
  await users.register(app, () => ada)
  await users.register(otherApp, () => ({ loginName: 'other', password }))
  const disabled = await users.register(app, () => ({ loginName: 'disabled', password }))
  await store.users.changeUser(app.appID, disabled.userID, { isDisabled: true })
  await addThing('lamp')
  const { id: pseudo } = await addUser()
  const refusals = await Promise.all(
    [
      ['ada', 'wrong'],
      ['ada', ''],
      ['ADA', password],
      ['nobody', password],
      ['other', password],
      ['disabled', 'wrong'],
      ['nobody@example.org', password],
      ['PHONE:XX-1234567', password],
      ['VENDOR_THING_ID:lamp', 'wrong'],
      ['VENDOR_THING_ID:nothing', password],
      ['VENDOR_THING_ID:', password],
      [pseudo, ''],
      ['\0', password],
      ['', ''],
    ].map(([username = '', text = '']) =>
      signIn.withPassword(app, username, text).then(
        () => assert.fail(`${username} was let in`),
        ({ code, message, details }) => ({ code, message, details }),
      ),
    ),
  )
  for (const refusal of refusals) {
    assert.deepEqual(refusal, {
      code: 'invalid_grant',
      message: 'Unknown user or wrong password',
      details: {},
    })
  }
})

test('takes as long for an unknown name as for a wrong password (P 2.2)', async (t) => {
  const { signIn, users, app } = await openPeople(t)
  await users.register(app, () => ada)
  const timeOf = async (username: string) => {
    const started = performance.now()
    await assert.rejects(signIn.withPassword(app, username, 'wrong'), { code: 'invalid_grant' })
    return performance.now() - started
  }
  // In turn, and the best of each: what else the machine does slows a few of them down.
  let [known, unknown, impossible] = [Infinity, Infinity, Infinity]
  for (let round = 0; round < 5; round++) {
    known = Math.min(known, await timeOf('ada'))
    unknown = Math.min(unknown, await timeOf('nobody'))
    impossible = Math.min(impossible, await timeOf('\0'))
  }
  for (const time of [unknown, impossible]) {
    assert.ok(time > known / 3 && time < known * 3, `${time} ms, and ${known} ms for a wrong password`)
  }
})

test('tells only those who know the password that they are disabled (P 2.2)', async (t) => {
  const { signIn, users, things, addThing, app, store, as } = await openPeople(t)
  const { userID } = await users.register(app, () => ada)
  await store.users.changeUser(app.appID, userID, { isDisabled: true })
  const { id } = await addThing('lamp')
  await things.setDisabled(as(admin), id, () => ({ disabled: true }))
  await assert.rejects(signIn.withPassword(app, 'ada', password), { code: 'USER_DISABLED', status: 401 })
  await assert.rejects(signIn.withPassword(app, 'VENDOR_THING_ID:lamp', 'lamp password'), {
    code: 'THING_DISABLED',
    status: 401,
  })
})

test('ends a token when it was asked to, and refuses an end in the past (P 2.2)', async (t) => {
  const { signIn, users, app, clock } = await openPeople(t)
  await users.register(app, () => ada)
  assert.equal((await signIn.withPassword(app, 'ada', password, clock.now + 60_000)).expiresInSeconds, 60)
  for (const expiresAt of [clock.now, clock.now - 1, 0, Number.NaN]) {
    const refused = { code: 'INVALID_INPUT_DATA', details: { field: 'expiresAt' } }
    await assert.rejects(signIn.withPassword(app, 'ada', password, expiresAt), refused)
  }
})

test('signs the admin in with client ID and secret, and the anonymous with app ID and key (P 2.2)', async (t) => {
  const { signIn, tokens, app, otherApp, clientSecret } = await openPeople(t)
  const { id, accessToken } = await signIn.withClient(app, app.clientID, clientSecret)
  assert.equal(id, 'APP_ADMIN')
  assert.deepEqual(await tokens.authenticate(app, accessToken), admin)
  const ofNobody = await signIn.withClient(app, app.appID, app.appKey)
  assert.deepEqual(await tokens.authenticate(app, ofNobody.accessToken), anonymous)
  for (const [of, clientID, secret] of [
    [app, app.clientID, 'wrong'],
    [app, 'wrong', clientSecret],
    [app, app.appID, clientSecret],
    [app, app.clientID, app.appKey],
    [otherApp, app.clientID, clientSecret],
    [otherApp, app.appID, app.appKey],
  ] as const) {
    await assert.rejects(signIn.withClient(of, clientID, secret), { code: 'invalid_client', status: 400 })
  }
})
