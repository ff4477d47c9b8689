import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Credentials } from '@pillion/broker'
import { openSqlite } from '@pillion/store'
import { accessPolicyContract } from '../../broker/src/ports/access-policy.contract.ts'
import { PushAccess } from './access.ts'
import {
  addUsers,
  appID,
  appOf,
  endpointKey,
  openInstallations,
  otherAppID,
  thing,
  thingOf,
  u1,
} from './delivery.fixture.ts'
import type { Endpoint } from './installations/endpoint.ts'

const opened = await openSqlite({ file: ':memory:' })
after(() => opened.close())
const store = opened.push
for (const id of [appID, otherAppID]) await store.apps.addApp(appOf(id))
await addUsers(store, appID, ['u1', 'u2'])
await store.things.addThing(thingOf(appID), { principalsMax: 9 })

let now = 1_000_000
const clock = () => now
const { installations } = openInstallations(store, { now: clock, endpoint: { ttlSeconds: 60 } })
const access = new PushAccess({ store: store.installations, endpointKey, now: clock })

async function install(caller = u1): Promise<Endpoint> {
  const { installationID } = await installations.create(caller, () => ({ deviceType: 'MQTT' }))
  return installations.endpoint(caller, installationID)
}

const credentialsOf = ({ username, password, mqttTopic }: Endpoint): Credentials => ({
  clientId: mqttTopic,
  username,
  password: Buffer.from(password),
  certificate: undefined,
  protocolVersion: 5,
  listener: 'mqtt',
  remoteAddress: '127.0.0.1',
})

async function answer(credentials: Credentials): Promise<string> {
  const decision = await access.connect(credentials)
  return 'refused' in decision ? describe(decision) : decision.identity.key
}

const describe = ({ refused, reason }: { refused: number; reason: string }) =>
  `0x${refused.toString(16)} ${reason}`

accessPolicyContract('PushAccess', async () => {
  const endpoint = await install()
  const accepted = credentialsOf(endpoint)
  return {
    policy: access,
    accepted,
    topicName: endpoint.mqttTopic,
    topicFilter: endpoint.mqttTopic,
    refused: { ...accepted, password: Buffer.from('wrong') },
    refusedTopicName: 'a',
  }
})

const foreignTopic = 'A'.repeat(23)

// credentials | answer
const signIns: [string, (endpoint: Endpoint) => Partial<Credentials>, string][] = [
  ['its own', () => ({}), `push:${appID}:user:u1`],
  ['version 3.1', () => ({ protocolVersion: 3 }), `push:${appID}:user:u1`],
  ['no username', () => ({ username: undefined }), '0x86 credentials_missing'],
  ['no password', () => ({ password: undefined }), '0x86 credentials_missing'],
  ['an empty password', () => ({ password: new Uint8Array() }), '0x86 password_wrong'],
  [
    'a password in lower case',
    ({ password }) => ({ password: Buffer.from(password.toLowerCase()) }),
    '0x86 password_wrong',
  ],
  [
    'a password with one letter more',
    ({ password }) => ({ password: Buffer.from(`${password}A`) }),
    '0x86 password_wrong',
  ],
  ['a password that is no text', () => ({ password: Buffer.from([0xff, 0xfe]) }), '0x86 password_wrong'],
  [
    'the topic in another app',
    ({ mqttTopic }) => ({ username: `${otherAppID}-${mqttTopic}` }),
    '0x86 endpoint_unknown',
  ],
  [
    'a topic that nobody has',
    () => ({ username: `${appID}-${foreignTopic}`, clientId: foreignTopic }),
    '0x86 endpoint_unknown',
  ],
  ['a username of another shape', () => ({ username: 'mia' }), '0x86 endpoint_unknown'],
  [
    'a username with a line’s end',
    ({ username }) => ({ username: `${username}\n` }),
    '0x86 endpoint_unknown',
  ],
  ['another client id', () => ({ clientId: foreignTopic }), '0x85 client_id_not_mqtt_topic'],
  ['no client id', () => ({ clientId: '' }), '0x85 client_id_not_mqtt_topic'],
  [
    'another client id and a wrong password',
    () => ({ clientId: 'x', password: Buffer.from('x') }),
    '0x86 password_wrong',
  ],
]

for (const [what, change, expected] of signIns) {
  test(`answers ${what} with ${expected} (P 13.1)`, async () => {
    const endpoint = await install()
    assert.equal(await answer({ ...credentialsOf(endpoint), ...change(endpoint) }), expected)
  })
}

test('lets in who is exclusive and keeps no session (P 13.1)', async () => {
  const endpoint = await install(thing)
  assert.deepEqual(await access.connect(credentialsOf(endpoint)), {
    identity: {
      key: `push:${appID}:thing:th.${appID}`,
      role: 'installation',
      name: endpoint.installationID,
      exclusive: true,
      transient: true,
      newestWins: true,
    },
  })
})

test('refuses what has expired, from that moment on, and takes the renewed one (P 13.3)', async () => {
  const endpoint = await install()
  now += 59_999
  assert.equal(await answer(credentialsOf(endpoint)), `push:${appID}:user:u1`)
  now += 1
  assert.equal(await answer(credentialsOf(endpoint)), '0x86 endpoint_expired')
  const renewed = await installations.endpoint(u1, endpoint.installationID)
  assert.equal(await answer(credentialsOf(renewed)), `push:${appID}:user:u1`)
  assert.equal(await answer(credentialsOf(endpoint)), '0x86 endpoint_unknown')
})

test('refuses a disabled thing and a disabled app, and takes both again afterwards (P 13.3)', async () => {
  const endpoint = await install(thing)
  const { subscribe } = { subscribe: () => access.subscribe(identity, endpoint.mqttTopic) }
  const decision = await access.connect(credentialsOf(endpoint))
  assert.ok('identity' in decision)
  const { identity } = decision
  const setThing = (isDisabled: boolean) =>
    store.things.changeThing(appID, `th.${appID}`, () => ({ isDisabled }))
  const setApp = (isDisabled: boolean) => store.apps.changeApp(appID, { isDisabled })
  for (const set of [setThing, setApp]) {
    await set(true)
    assert.equal(await answer(credentialsOf(endpoint)), '0x86 receiver_disabled')
    const refusal = await subscribe()
    assert.ok('refused' in refusal, 'nor does it get anything if it came in at that very moment')
    await set(false)
    assert.equal(await answer(credentialsOf(endpoint)), identity.key)
    assert.ok('filter' in (await subscribe()))
  }
})

test('refuses what was uninstalled, for good (P 6.2)', async () => {
  const endpoint = await install()
  const decision = await access.connect(credentialsOf(endpoint))
  assert.ok('identity' in decision)
  await installations.remove(u1, endpoint.installationID)
  assert.equal(await answer(credentialsOf(endpoint)), '0x86 endpoint_unknown')
  const refusal = await access.subscribe(decision.identity, endpoint.mqttTopic)
  assert.ok('refused' in refusal, 'nor does it get anything if it came in at that very moment')
  await install()
  assert.equal(await answer(credentialsOf(endpoint)), '0x86 endpoint_unknown')
})

test('says the same to everybody whose credentials are wrong, whatever is wrong', async () => {
  const endpoint = await install()
  const good = credentialsOf(endpoint)
  const texts = new Set<string>()
  for (const change of [
    { password: Buffer.from('x') },
    { username: `${appID}-${foreignTopic}` },
    { username: undefined },
  ]) {
    const decision = await access.connect({ ...good, ...change })
    assert.ok('refused' in decision)
    texts.add(decision.text)
  }
  assert.equal(texts.size, 1)
})

test('grants exactly its own topic, and shows it under its name (P 13.2)', async () => {
  const endpoint = await install()
  const other = await install(thing)
  const decision = await access.connect(credentialsOf(endpoint))
  assert.ok('identity' in decision)
  const ask = (filter: string) => access.subscribe(decision.identity, filter)
  const grant = await ask(endpoint.mqttTopic)
  assert.ok('filter' in grant)
  assert.equal(grant.filter, `push/${endpoint.mqttTopic}`)
  assert.equal(grant.present?.(grant.filter), endpoint.mqttTopic)
  assert.equal(grant.mayShare, undefined)
  const foreign = [
    '#',
    '+',
    `push/${endpoint.mqttTopic}`,
    `${endpoint.mqttTopic}/#`,
    other.mqttTopic,
    foreignTopic,
    '',
    '$SYS/#',
  ]
  for (const filter of foreign) {
    const refusal = await ask(filter)
    assert.ok('refused' in refusal, filter)
    assert.equal(describe(refusal), '0x87 filter_not_mqtt_topic', filter)
  }
})

test('refuses every publication, its own topic’s as well (P 13.2)', () => {
  assert.equal(
    describe(access.publish() as { refused: number; reason: string }),
    '0x87 installation_publishes',
  )
  assert.ok(Object.isFrozen(access.publish()))
})

// username | is it for this policy?
const usernames: [string, boolean][] = [
  [`${appID}-${foreignTopic}`, true],
  [`${'a'.repeat(36)}-${foreignTopic}`, true],
  [`${'a'.repeat(37)}-${foreignTopic}`, false],
  [`a-${foreignTopic}`, false],
  [`${appID}-${foreignTopic}A`, false],
  [`${appID}-${foreignTopic.slice(1)}`, false],
  ['MYUID', false],
  ['0123456789ABCDEFG', false],
]

for (const [username, expected] of usernames) {
  test(`is ${expected ? '' : 'not '}asked about ${username} (P 1.6)`, () => {
    assert.equal(access.has(username), expected)
  })
}
