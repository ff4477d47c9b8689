import assert from 'node:assert/strict'
import { test } from 'node:test'
import { admin, openPeople } from '../people.fixture.ts'

const secret = 'f'.repeat(32)

test('makes an app with ids, keys and settings of its own, whose secret is told once (P 2.1)', async (t) => {
  const { apps } = await openPeople(t)
  const { app, clientSecret } = await apps.add({})
  assert.match(app.appID, /^[A-Za-z0-9]{8,36}$/)
  assert.match(app.appKey, /^[A-Za-z0-9]{8,36}$/)
  assert.match(clientSecret, /^.{43}$/)
  assert.deepEqual(app.settings, {
    tokenSeconds: 2_147_483_647,
    hasRefreshTokens: false,
    exposesUsers: false,
    ownershipNeedsPassword: false,
  })
  assert.deepEqual(await apps.find(app.appID), app)
  assert.ok(!JSON.stringify(await apps.list()).includes(clientSecret))
  assert.deepEqual(Object.keys(app).sort(), [
    'appID',
    'appKey',
    'clientID',
    'createdAt',
    'isDisabled',
    'settings',
  ])
})

test('takes the ids and keys that an app had at the original', async (t) => {
  const { apps } = await openPeople(t)
  const given = { appID: 'a1b2c3d4', appKey: '0'.repeat(32), clientID: 'c'.repeat(32), clientSecret: secret }
  const { app, clientSecret } = await apps.add({ ...given, settings: { exposesUsers: true } })
  assert.deepEqual([app.appID, app.appKey, app.clientID, clientSecret], Object.values(given))
  assert.equal(app.settings.exposesUsers, true)
  assert.equal(await apps.verifyAdmin('a1b2c3d4', given.clientID, secret), true)
})

for (const [field, values] of Object.entries({
  appID: ['short12', 'a'.repeat(37), 'with:colon', 'with/slash'],
  appKey: ['short12', 'a'.repeat(37), 'with-hyphen'],
  clientID: ['short12', 'with space'],
  clientSecret: ['guessable', 'x'.repeat(129), `${'x'.repeat(20)}\n`],
})) {
  test(`refuses a ${field} that cannot be one (P 1.6)`, async (t) => {
    const { apps } = await openPeople(t)
    for (const value of values) {
      const refused = { code: 'INVALID_INPUT_DATA', details: { field } }
      await assert.rejects(apps.add({ [field]: value }), refused, value)
    }
  })
}

test('refuses a token life that is none', async (t) => {
  const { apps, app } = await openPeople(t)
  for (const tokenSeconds of [0, 1.5, Number.NaN, 2_147_483_648]) {
    const refused = { code: 'INVALID_INPUT_DATA', details: { field: 'tokenSeconds' } }
    await assert.rejects(apps.change(app.appID, { settings: { tokenSeconds } }), refused)
  }
})

test('refuses an appID and a clientID that are taken', async (t) => {
  const { apps, app } = await openPeople(t)
  const taken = (field: string) => ({ code: 'OPERATION_NOT_ALLOWED', details: { field } })
  await assert.rejects(apps.add({ appID: app.appID }), taken('appID'))
  await assert.rejects(apps.add({ clientID: app.clientID }), taken('clientID'))
})

test('holds as many apps as may be [pushAppsMax]', async (t) => {
  const { apps } = await openPeople(t, { limits: { pushAppsMax: 3 } })
  await apps.add({})
  await assert.rejects(apps.add({}), { code: 'OPERATION_NOT_ALLOWED' })
})

test('changes the settings that are given and leaves the rest', async (t) => {
  const { apps, app } = await openPeople(t, { settings: { exposesUsers: true } })
  const changed = await apps.change(app.appID, { settings: { tokenSeconds: 60 }, appKey: 'another1' })
  assert.deepEqual(changed.settings, { ...app.settings, tokenSeconds: 60 })
  assert.equal(changed.appKey, 'another1')
  await assert.rejects(apps.change('missing1', {}), { code: 'APP_NOT_FOUND', details: { appID: 'missing1' } })
})

test('lets in with the right key or none, and names what is wrong otherwise (P 1.2)', async (t) => {
  const { apps, app } = await openPeople(t)
  assert.deepEqual(await apps.enter(app.appID, app.appKey), app)
  assert.deepEqual(await apps.enter(app.appID, undefined), app)
  await assert.rejects(apps.enter(app.appID, 'wrong'), { code: 'UNAUTHORIZED', status: 401 })
  await assert.rejects(apps.enter('missing1', app.appKey), {
    code: 'APP_NOT_FOUND',
    details: { appID: 'missing1' },
  })
  await apps.change(app.appID, { isDisabled: true })
  await assert.rejects(apps.enter(app.appID, app.appKey), {
    code: 'APP_DISABLED',
    details: { appID: app.appID },
  })
})

test('ends the connections of an app that is disabled, once that lasts, and not when it is enabled (P 13.3)', async (t) => {
  const { apps, app, ended, whenEnded } = await openPeople(t)
  whenEnded.look = () => apps.find(app.appID)
  await apps.change(app.appID, { isDisabled: true })
  assert.deepEqual(await whenEnded.saw, { ...app, isDisabled: true })
  assert.deepEqual(ended, [`${app.appID}  The app was disabled`])
  await apps.change(app.appID, { isDisabled: false })
  assert.equal((await apps.enter(app.appID, undefined)).isDisabled, false)
  assert.equal(ended.length, 1)
})

test('removes an app with everything in it, and leaves the others (P 13.3)', async (t) => {
  const people = await openPeople(t)
  const { apps, app, otherApp, ended, tokens } = people
  const [mine, others] = [await people.addUser(), await people.addUser(otherApp)]
  await apps.remove(app.appID)
  assert.deepEqual(ended, [`${app.appID}  The app was removed`])
  assert.equal(await apps.find(app.appID), undefined)
  await assert.rejects(apps.remove(app.appID), { code: 'APP_NOT_FOUND' })
  await assert.rejects(tokens.authenticate(app, mine.token.accessToken), { code: 'WRONG_TOKEN' })
  assert.deepEqual(await tokens.authenticate(otherApp, others.token.accessToken), others.caller.principal)
})

test('ends what was signed in with the client secret if that ends at once, and nobody else’s tokens (P 2.2)', async (t) => {
  const { apps, app, otherApp, tokens, signIn, addUser } = await openPeople(t)
  const user = await addUser()
  const others = await tokens.issue(otherApp, admin)
  const { accessToken } = await tokens.issue(app, admin)
  await apps.rotateSecret(app.appID, 60)
  assert.deepEqual(await tokens.authenticate(app, accessToken), admin)
  const { clientSecret } = await apps.rotateSecret(app.appID, 0)
  await assert.rejects(tokens.authenticate(app, accessToken), { code: 'WRONG_TOKEN' })
  assert.deepEqual(await tokens.authenticate(otherApp, others.accessToken), admin)
  assert.deepEqual(await tokens.authenticate(app, user.token.accessToken), user.caller.principal)
  await signIn.withClient(app, app.clientID, clientSecret)
})

test('replaces the client secret with an overlap in which both work', async (t) => {
  const { apps, app, clientSecret, clock } = await openPeople(t)
  const verify = (text: string) => apps.verifyAdmin(app.appID, app.clientID, text)
  const { clientSecret: second, replacedEndsAt } = await apps.rotateSecret(app.appID, 60)
  assert.equal(replacedEndsAt, clock.now + 60_000)
  assert.deepEqual([await verify(clientSecret), await verify(second)], [true, true])
  clock.now += 59_999
  assert.equal(await verify(clientSecret), true)
  clock.now += 1
  assert.deepEqual([await verify(clientSecret), await verify(second)], [false, true])
})

test('ends the client secret at once without an overlap, and an earlier one with the next', async (t) => {
  const { apps, app, clientSecret } = await openPeople(t)
  const verify = (text: string) => apps.verifyAdmin(app.appID, app.clientID, text)
  const { clientSecret: second } = await apps.rotateSecret(app.appID, 60)
  const { clientSecret: third } = await apps.rotateSecret(app.appID, 60)
  assert.deepEqual(
    [await verify(clientSecret), await verify(second), await verify(third)],
    [false, true, true],
  )
  const { clientSecret: fourth } = await apps.rotateSecret(app.appID, 0)
  assert.deepEqual([await verify(second), await verify(third), await verify(fourth)], [false, false, true])
})

test('refuses an overlap beyond its bounds [passwordOverlapSecondsMax]', async (t) => {
  const { apps, app } = await openPeople(t)
  for (const overlapSeconds of [-1, 0.5, 604_801]) {
    await assert.rejects(apps.rotateSecret(app.appID, overlapSeconds), { code: 'INVALID_INPUT_DATA' })
  }
  await apps.rotateSecret(app.appID, 604_800)
})
