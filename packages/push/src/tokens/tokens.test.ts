import assert from 'node:assert/strict'
import { test } from 'node:test'
import { admin, anonymous, openPeople } from '../people.fixture.ts'
import { hashSecret } from './secret.ts'

const ENDLESS = 2_147_483_647
const wrongToken = { code: 'WRONG_TOKEN', status: 403 }
const wrongRefreshToken = { code: 'WRONG_REFRESH_TOKEN', status: 403 }
const refreshing = { settings: { hasRefreshTokens: true, tokenSeconds: 3600 } }

test('issues tokens that tell who speaks, for as long as the app has them live (P 2.2)', async (t) => {
  const { tokens, app, addUser, clock } = await openPeople(t, { settings: { tokenSeconds: 3600 } })
  const { id, caller } = await addUser()
  const issued = await tokens.issue(app, caller.principal)
  assert.deepEqual({ ...issued, accessToken: '' }, { id, accessToken: '', expiresInSeconds: 3600 })
  assert.deepEqual(await tokens.authenticate(app, issued.accessToken), caller.principal)
  clock.now += 3_599_999
  assert.deepEqual(await tokens.authenticate(app, issued.accessToken), caller.principal)
  clock.now += 1
  await assert.rejects(tokens.authenticate(app, issued.accessToken), wrongToken)
})

test('ends a token when it was asked to (P 2.2)', async (t) => {
  const { tokens, app, clock } = await openPeople(t)
  const { accessToken, expiresInSeconds } = await tokens.issue(app, admin, { expiresAt: clock.now + 5_500 })
  assert.equal(expiresInSeconds, 5)
  clock.now += 5_499
  assert.deepEqual(await tokens.authenticate(app, accessToken), admin)
  clock.now += 1
  await assert.rejects(tokens.authenticate(app, accessToken), wrongToken)
})

test('tells 2147483647 of tokens that do not end (P 2.2)', async (t) => {
  const { tokens, app, clock } = await openPeople(t, { settings: { tokenSeconds: 60 } })
  const endless = await tokens.issue(app, admin, { endless: true })
  const far = await tokens.issue(app, admin, { expiresAt: clock.now * 1_000 })
  clock.now += 100 * 365 * 86_400_000
  for (const { accessToken, expiresInSeconds } of [endless, far]) {
    assert.equal(expiresInSeconds, ENDLESS)
    assert.deepEqual(await tokens.authenticate(app, accessToken), admin)
  }
})

test('refuses what is no token of this app (P 2.3)', async (t) => {
  const { tokens, app, otherApp } = await openPeople(t)
  const { accessToken } = await tokens.issue(app, admin)
  const { accessToken: ofNobody } = await tokens.issue(app, anonymous)
  await assert.rejects(tokens.authenticate(otherApp, accessToken), wrongToken)
  await assert.rejects(tokens.authenticate(otherApp, ofNobody), wrongToken)
  for (const text of ['', 'unknown', `${accessToken}x`, '\0', 'x'.repeat(100_000)]) {
    await assert.rejects(tokens.authenticate(app, text), wrongToken)
  }
})

test('gives the anonymous one token, which ends nobody’s and fills nothing (P 2.2)', async (t) => {
  const { tokens, app, apps, store } = await openPeople(t, {
    ...refreshing,
    limits: { pushTokensPerPrincipalMax: 1 },
  })
  const [one, two] = [await tokens.issue(app, anonymous), await tokens.issue(app, anonymous)]
  assert.deepEqual(one, two)
  assert.equal(one.expiresInSeconds, ENDLESS)
  assert.equal(one.refreshToken, undefined)
  assert.match(one.accessToken, /^[A-Za-z0-9_-]{43}$/)
  assert.deepEqual(await tokens.authenticate(app, one.accessToken), anonymous)
  assert.equal(await store.tokens.findToken(app.appID, hashSecret(one.accessToken)), undefined)
  const changed = await apps.change(app.appID, { appKey: 'another1' })
  await assert.rejects(tokens.authenticate(changed, one.accessToken), wrongToken)
})

test('refuses the token of whoever is disabled with 401, and of whoever is gone with 403 (P 2.3)', async (t) => {
  const { tokens, app, addThing, addUser, things, users, store, as } = await openPeople(t)
  const [thing, user] = [await addThing('lamp'), await addUser()]
  await things.setDisabled(as(admin), thing.id, () => ({ disabled: true }))
  await store.users.changeUser(app.appID, user.id, { isDisabled: true })
  const { accessToken } = thing.token
  await assert.rejects(tokens.authenticate(app, accessToken), { code: 'THING_DISABLED', status: 401 })
  await assert.rejects(tokens.authenticate(app, user.token.accessToken), {
    code: 'USER_DISABLED',
    status: 401,
  })
  await things.setDisabled(as(admin), thing.id, () => ({ disabled: false }))
  assert.deepEqual(await tokens.authenticate(app, accessToken), thing.caller.principal)
  await things.remove(as(admin), thing.id)
  await users.remove(as(admin), user.id)
  await assert.rejects(tokens.authenticate(app, accessToken), wrongToken)
  await assert.rejects(tokens.authenticate(app, user.token.accessToken), wrongToken)
})

test('renews a pair once, and ends the old pair with it (P 2.2)', async (t) => {
  const { tokens, app, addUser, clock } = await openPeople(t, refreshing)
  const { caller, id } = await addUser()
  const first = await tokens.issue(app, caller.principal)
  assert.match(first.refreshToken ?? '', /^[A-Za-z0-9_-]{43}$/)
  clock.now += 86_400_000
  const second = await tokens.refresh(app, first.refreshToken ?? '')
  assert.deepEqual([second.id, second.expiresInSeconds], [id, 3600])
  assert.deepEqual(await tokens.authenticate(app, second.accessToken), caller.principal)
  await assert.rejects(tokens.authenticate(app, first.accessToken), wrongToken)
  await assert.rejects(tokens.refresh(app, first.refreshToken ?? ''), wrongRefreshToken)
  assert.notEqual((await tokens.refresh(app, second.refreshToken ?? '')).accessToken, second.accessToken)
})

test('gives of two renewals at once only one a pair', async (t) => {
  const { tokens, app } = await openPeople(t, refreshing)
  const { refreshToken = '' } = await tokens.issue(app, admin)
  const answers = await Promise.allSettled([
    tokens.refresh(app, refreshToken),
    tokens.refresh(app, refreshToken),
  ])
  assert.deepEqual(answers.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
})

test('refuses a refresh token of another app, an access token in its place, and any where the app has them off', async (t) => {
  const { tokens, app, otherApp, apps } = await openPeople(t, refreshing)
  const { refreshToken = '', accessToken } = await tokens.issue(app, admin)
  const refreshingToo = await apps.change(otherApp.appID, refreshing)
  await assert.rejects(tokens.refresh(refreshingToo, refreshToken), wrongRefreshToken)
  await assert.rejects(tokens.authenticate(app, refreshToken), wrongToken)
  await assert.rejects(tokens.refresh(app, accessToken), wrongRefreshToken)
  const off = await apps.change(app.appID, { settings: { hasRefreshTokens: false } })
  await assert.rejects(tokens.refresh(off, refreshToken), wrongRefreshToken)
  assert.equal((await tokens.issue(off, admin)).refreshToken, undefined)
})

test('does not use up the refresh token of whoever is disabled (P 2.2)', async (t) => {
  const { tokens, app, addUser, store } = await openPeople(t, refreshing)
  const { caller, id } = await addUser()
  const { refreshToken = '' } = await tokens.issue(app, caller.principal)
  await store.users.changeUser(app.appID, id, { isDisabled: true })
  await assert.rejects(tokens.refresh(app, refreshToken), { code: 'USER_DISABLED' })
  await store.users.changeUser(app.appID, id, { isDisabled: false })
  assert.equal((await tokens.refresh(app, refreshToken)).id, id)
})

test('ends the oldest of one principal beyond the bound [pushTokensPerPrincipalMax]', async (t) => {
  const { tokens, app, addUser } = await openPeople(t, { limits: { pushTokensPerPrincipalMax: 2 } })
  const [user, other] = [await addUser(), await addUser()]
  const issued = []
  for (let count = 0; count < 3; count += 1) issued.push(await tokens.issue(app, user.caller.principal))
  const [first, second, third] = issued.map(({ accessToken }) => accessToken)
  await assert.rejects(tokens.authenticate(app, user.token.accessToken), wrongToken)
  await assert.rejects(tokens.authenticate(app, first ?? ''), wrongToken)
  for (const token of [second, third]) assert.ok(await tokens.authenticate(app, token ?? ''))
  assert.ok(await tokens.authenticate(app, other.token.accessToken))
})

test('sweeps those that ended long ago, and keeps those that can still be renewed', async (t) => {
  const { tokens, app, store, clock } = await openPeople(t, refreshing)
  const old: string[] = []
  for (let count = 0; count < 3; count += 1) old.push((await tokens.issue(app, admin)).accessToken)
  const { accessToken: endless } = await tokens.issue(app, admin, { endless: true })
  clock.now += 91 * 86_400_000
  const { refreshToken = '' } = await tokens.issue(app, admin)
  clock.now += 3_601_000
  await tokens.sweep()
  for (const token of old) assert.equal(await store.tokens.findToken(app.appID, hashSecret(token)), undefined)
  assert.ok(await tokens.authenticate(app, endless))
  assert.ok(await tokens.refresh(app, refreshToken))
})
