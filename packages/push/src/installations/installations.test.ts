import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  admin,
  anonymous,
  appID,
  appOf,
  callerOf,
  openInstallations,
  openPushStore,
  otherAppID,
  thing,
  u1,
  u2,
} from '../delivery.fixture.ts'
import type { Caller } from '../principal.ts'
import type { PushError, PushErrorCode } from '../push-error.ts'
import type { NewInstallation } from './installations.ts'

const mqtt = () => ({ deviceType: 'MQTT' }) as const
const android = (installationRegistrationID: string) => () =>
  ({ deviceType: 'ANDROID', installationRegistrationID }) as const
const u1Elsewhere = callerOf({ kind: 'user', id: 'u1' }, appOf(otherAppID))
const adminElsewhere = callerOf({ kind: 'admin' }, appOf(otherAppID))

async function open(test: TestContext, parts: Parameters<typeof openInstallations>[1] = {}) {
  return openInstallations(await openPushStore(test), parts)
}

function refused(code: PushErrorCode, details?: object): (error: unknown) => boolean {
  return (error) => {
    assert.equal((error as PushError).code, code, String(error))
    if (details !== undefined) assert.deepEqual((error as PushError).details, details)
    return true
  }
}

const strangerDetails = (caller: Caller, authenticatedPrincipalID: string) => ({
  authenticatedAppID: caller.app.appID,
  authenticatedPrincipalID,
})

test('installs for MQTT with ids and an endpoint of its own (P 6.1)', async (t) => {
  const { installations } = await open(t)
  const made = await installations.create(u1, mqtt)
  assert.match(made.installationID, /^[a-z0-9]{25}$/)
  assert.match(made.registrationID, /^[0-9a-f-]{36}$/)
  assert.match(made.endpoint?.mqttTopic ?? '', /^[A-Za-z0-9]{23}$/)
  assert.deepEqual([made.deviceType, made.isDevelopment, made.subject], ['MQTT', false, 'user:u1'])
  const { subject } = await installations.create(thing, mqtt)
  assert.equal(subject, `thing:th.${appID}`)
})

test('installing again keeps ids and credentials and takes the new development (P 6.1)', async (t) => {
  const { installations } = await open(t)
  const first = await installations.create(u1, mqtt)
  const endpoint = await installations.endpoint(u1, first.installationID)
  const again = await installations.create(u1, () => ({ ...mqtt(), development: true }))
  assert.deepEqual(again, { ...first, isDevelopment: true })
  assert.deepEqual(await installations.endpoint(u1, first.installationID), endpoint)
  assert.deepEqual(await installations.list(u1), [again])
})

test('ignores a registration id that is given for MQTT (P 6.1)', async (t) => {
  const { installations } = await open(t)
  const made = await installations.create(u1, () => ({ ...mqtt(), installationRegistrationID: 'mine' }))
  assert.notEqual(made.registrationID, 'mine')
})

test('the admin installs for whom it names (P 2.4)', async (t) => {
  const { installations } = await open(t)
  const ofUser = await installations.create(admin, () => ({ ...mqtt(), userID: 'u1' }))
  const ofThing = await installations.create(admin, () => ({ ...mqtt(), thingID: `th.${appID}` }))
  assert.deepEqual([ofUser.subject, ofThing.subject], ['user:u1', `thing:th.${appID}`])
  assert.deepEqual(await installations.create(u1, mqtt), ofUser)
})

const vendor = (token: unknown) =>
  ({ deviceType: 'IOS', installationRegistrationID: token }) as NewInstallation

// what | caller | body | code | details
const creations: [string, Caller, object, PushErrorCode, object?][] = [
  ['nobody', anonymous, mqtt(), 'UNAUTHORIZED', {}],
  ['the admin for nobody', admin, mqtt(), 'INVALID_INPUT_DATA', { field: 'userID' }],
  [
    'the admin for two',
    admin,
    { ...mqtt(), userID: 'u1', thingID: 'x' },
    'INVALID_INPUT_DATA',
    { field: 'thingID' },
  ],
  [
    'the admin for a user that is not there',
    admin,
    { ...mqtt(), userID: 'u9' },
    'USER_NOT_FOUND',
    { field: 'userID', value: 'u9', appID },
  ],
  [
    'the admin for a thing of another app',
    admin,
    { ...mqtt(), thingID: `th.${otherAppID}` },
    'THING_NOT_FOUND',
    { field: 'thingID', value: `th.${otherAppID}`, appID },
  ],
  ['a user for another', u1, { ...mqtt(), userID: 'u2' }, 'UNAUTHORIZED', strangerDetails(u1, 'u1')],
  ['a user for a thing', u1, { ...mqtt(), thingID: 'u1' }, 'UNAUTHORIZED', strangerDetails(u1, 'u1')],
  ['a thing for a user', thing, { ...mqtt(), userID: `th.${appID}` }, 'UNAUTHORIZED'],
  ['a device of no type', u1, {}, 'INVALID_INPUT_DATA', { field: 'deviceType' }],
  ['a device of another type', u1, { deviceType: 'mqtt' }, 'INVALID_INPUT_DATA', { field: 'deviceType' }],
  [
    'a type without registration id',
    u1,
    vendor(undefined),
    'INVALID_INPUT_DATA',
    { field: 'installationRegistrationID' },
  ],
  [
    'a registration id with a line break',
    u1,
    vendor('a\nb'),
    'INVALID_INPUT_DATA',
    { field: 'installationRegistrationID' },
  ],
  [
    'a registration id with half a character',
    u1,
    vendor('\ud800'),
    'INVALID_INPUT_DATA',
    { field: 'installationRegistrationID' },
  ],
  ['an empty registration id', u1, vendor(''), 'INVALID_INPUT_DATA', { field: 'installationRegistrationID' }],
  [
    'a registration id of 1025 characters',
    u1,
    vendor('x'.repeat(1_025)),
    'INVALID_INPUT_DATA',
    { field: 'installationRegistrationID' },
  ],
]

for (const [what, caller, body, code, details] of creations) {
  test(`refuses to install: ${what} (P 6.1)`, async (t) => {
    const { installations } = await open(t)
    await assert.rejects(
      installations.create(caller, () => body as NewInstallation),
      refused(code, details),
    )
    assert.deepEqual(await installations.list(admin, { subject: 'user:u1' }), [])
  })
}

test('takes its own id, and a registration id of 1024 characters (P 6.1)', async (t) => {
  const { installations } = await open(t)
  assert.equal((await installations.create(u1, () => ({ ...mqtt(), userID: 'u1' }))).subject, 'user:u1')
  await installations.create(thing, () => ({ ...mqtt(), thingID: `th.${appID}` }))
  const { registrationID } = await installations.create(u1, () => vendor('x'.repeat(1_024)))
  assert.equal(registrationID.length, 1_024)
})

test('reads the body of nobody who may not install at all (P 2.3)', async (t) => {
  const { installations } = await open(t)
  await assert.rejects(
    installations.create(anonymous, () => assert.fail('the body was read')),
    refused('UNAUTHORIZED'),
  )
})

test('keeps other types up to the limit, and gives one that moves to its new owner (P 6.1)', async (t) => {
  const { installations } = await open(t, { installationsMax: 2 })
  const first = await installations.create(u1, android('a'))
  assert.equal(first.endpoint, undefined)
  assert.deepEqual(await installations.create(u1, android('a')), first)
  await installations.create(u1, android('b'))
  await assert.rejects(installations.create(u1, android('c')), refused('OPERATION_NOT_ALLOWED'))
  await installations.create(u1, mqtt)
  assert.equal((await installations.list(u1)).length, 3)
  const moved = await installations.create(u2, android('a'))
  assert.deepEqual(moved, { ...first, subject: 'user:u2' })
  assert.equal((await installations.list(u1)).length, 2)
})

test('is found by either id, and by nobody else (P 6.2)', async (t) => {
  const { installations } = await open(t)
  const made = await installations.create(u1, mqtt)
  const refs = [made.installationID, `MQTT:${made.registrationID}`]
  for (const ref of refs) {
    assert.deepEqual(await installations.read(u1, ref), made)
    assert.deepEqual(await installations.read(admin, ref), made)
    for (const method of ['read', 'endpoint', 'remove'] as const) {
      await assert.rejects(installations[method](u2, ref), refused('UNAUTHORIZED', strangerDetails(u2, 'u2')))
      await assert.rejects(installations[method](thing, ref), refused('UNAUTHORIZED'))
      await assert.rejects(installations[method](anonymous, ref), refused('UNAUTHORIZED', {}))
      await assert.rejects(installations[method](u1Elsewhere, ref), refused('INSTALLATION_NOT_FOUND'))
      await assert.rejects(installations[method](adminElsewhere, ref), refused('INSTALLATION_NOT_FOUND'))
    }
  }
})

// ref | details
const missing: [string, object][] = [
  ['nobody', { installationID: 'nobody', appID }],
  ['MQTT:nobody', { deviceType: 'MQTT', installationRegistrationID: 'nobody', appID }],
  ['IOS:a:b', { deviceType: 'IOS', installationRegistrationID: 'a:b', appID }],
  ['mqtt:nobody', { installationID: 'mqtt:nobody', appID }],
  ['', { installationID: '', appID }],
]

for (const [ref, details] of missing) {
  test(`says of '${ref}' how it was asked for (P 15)`, async (t) => {
    const { installations } = await open(t)
    await assert.rejects(installations.read(u1, ref), refused('INSTALLATION_NOT_FOUND', details))
  })
}

test('finds a registration id that has a colon in it', async (t) => {
  const { installations } = await open(t)
  const made = await installations.create(u1, android('a:b'))
  assert.deepEqual(await installations.read(u1, 'ANDROID:a:b'), made)
})

test('lists one’s own, and for the admin those it names (P 6.2)', async (t) => {
  const { installations } = await open(t)
  const made = await installations.create(u1, mqtt)
  assert.deepEqual(await installations.list(u1, { subject: 'user:u1' }), [made])
  assert.deepEqual(await installations.list(admin, { subject: 'user:u1' }), [made])
  assert.deepEqual(await installations.list(admin, { subject: 'user:u2' }), [])
  assert.deepEqual(await installations.list(u1Elsewhere), [])
  await assert.rejects(installations.list(u2, { subject: 'user:u1' }), refused('UNAUTHORIZED'))
  await assert.rejects(installations.list(anonymous), refused('UNAUTHORIZED'))
  await assert.rejects(installations.list(admin), refused('INVALID_INPUT_DATA'))
  await assert.rejects(installations.list(admin, { subject: 'user:u9' }), refused('USER_NOT_FOUND'))
  await assert.rejects(
    installations.list(adminElsewhere, { subject: `thing:th.${appID}` }),
    refused('THING_NOT_FOUND'),
  )
})

test('uninstalling ends the connection, and what comes after it is new (P 6.2)', async (t) => {
  const { installations, told } = await open(t)
  const made = await installations.create(u1, mqtt)
  const before = await installations.endpoint(u1, made.installationID)
  await installations.remove(u1, `MQTT:${made.registrationID}`)
  assert.deepEqual(told, [`${appID} user:u1 The installation was deleted`])
  for (const method of ['read', 'endpoint', 'remove'] as const)
    await assert.rejects(installations[method](u1, made.installationID), refused('INSTALLATION_NOT_FOUND'))
  const next = await installations.create(u1, mqtt)
  const after = await installations.endpoint(u1, next.installationID)
  assert.notEqual(next.registrationID, made.registrationID)
  for (const name of ['installationID', 'username', 'password', 'mqttTopic'] as const)
    assert.notEqual(after[name], before[name], name)
})

test('uninstalling another type leaves the connection alone', async (t) => {
  const { installations, told } = await open(t)
  await installations.create(u1, mqtt)
  await installations.create(u1, android('a'))
  await installations.remove(u1, 'ANDROID:a')
  assert.deepEqual(told, [])
})

test('of two that uninstall at once, one is told that there is nothing', async (t) => {
  const { installations, told } = await open(t)
  const { installationID } = await installations.create(u1, mqtt)
  const answers = await Promise.allSettled([1, 2].map(() => installations.remove(u1, installationID)))
  assert.deepEqual(answers.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  assert.equal(told.length, 1)
})

test('an installation of another type has no endpoint (P 6.3)', async (t) => {
  const { installations } = await open(t)
  const { installationID } = await installations.create(u1, android('a'))
  await assert.rejects(
    installations.endpoint(u1, installationID),
    refused('MQTT_ENDPOINT_NOT_FOUND', { installationID }),
  )
})

test('shows the same endpoint by either id, to its owner and the admin, each time (P 6.3)', async (t) => {
  const { installations } = await open(t)
  const { installationID, registrationID, endpoint } = await installations.create(u1, mqtt)
  const shown = await installations.endpoint(u1, installationID)
  assert.deepEqual(shown, {
    installationID,
    username: `${appID}-${endpoint?.mqttTopic}`,
    password: shown.password,
    mqttTopic: endpoint?.mqttTopic,
    ttlSeconds: 2_147_483_647,
  })
  assert.match(shown.password, /^[A-Za-z]{64}$/)
  assert.deepEqual(await installations.endpoint(u1, `MQTT:${registrationID}`), shown)
  assert.deepEqual(await installations.endpoint(admin, installationID), shown)
})

test('is not ready until it is prepared, and says for how long (P 6.3)', async (t) => {
  let now = 1_000_000
  const { installations } = await open(t, { now: () => now, endpoint: { delayMilliseconds: 1_500 } })
  const { installationID } = await installations.create(u1, mqtt)
  const notReady = (retryAfter: number) => (error: unknown) => {
    refused('MQTT_ENDPOINT_NOT_READY', { retryAfter })(error)
    assert.equal((error as PushError).retryAfterSeconds, retryAfter)
    return true
  }
  await assert.rejects(installations.endpoint(u1, installationID), notReady(2))
  now += 600
  await assert.rejects(installations.endpoint(u1, installationID), notReady(1))
  await installations.create(u1, mqtt)
  now += 899
  await assert.rejects(installations.endpoint(u1, installationID), notReady(1))
  now += 1
  assert.equal((await installations.endpoint(u1, installationID)).installationID, installationID)
})

test('renews an endpoint that has expired, and only then; the installation stays what it is (P 6.3)', async (t) => {
  let now = 1_000_000
  const { installations, told } = await open(t, { now: () => now, endpoint: { ttlSeconds: 60 } })
  const { installationID } = await installations.create(u1, mqtt)
  const first = await installations.endpoint(u1, installationID)
  assert.equal(first.ttlSeconds, 60)
  now += 59_999
  assert.deepEqual(await installations.endpoint(u1, installationID), { ...first, ttlSeconds: 1 })
  now += 1
  const [second, same] = await Promise.all([
    installations.endpoint(u1, installationID),
    installations.endpoint(u1, installationID),
  ])
  assert.deepEqual(same, second)
  assert.equal(second.ttlSeconds, 60)
  for (const name of ['username', 'password', 'mqttTopic'] as const)
    assert.notEqual(second[name], first[name])
  assert.equal((await installations.read(u1, installationID)).endpoint?.mqttTopic, second.mqttTopic)
  assert.deepEqual(told, [], 'a live connection may stay (P 13.3)')
})

test('prepares a renewed endpoint anew', async (t) => {
  let now = 1_000_000
  const { installations } = await open(t, {
    now: () => now,
    endpoint: { ttlSeconds: 60, delayMilliseconds: 1_000 },
  })
  const { installationID } = await installations.create(u1, mqtt)
  now += 61_000
  await assert.rejects(installations.endpoint(u1, installationID), refused('MQTT_ENDPOINT_NOT_READY'))
  now += 1_000
  assert.equal((await installations.endpoint(u1, installationID)).ttlSeconds, 60)
})
