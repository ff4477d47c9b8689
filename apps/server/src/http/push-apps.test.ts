import assert from 'node:assert/strict'
import { request } from 'node:http'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import type { DeliveryLine } from '@pillion/schema'
import { RawMqttClient } from '@pillion/testkit'
import { ask, askAdmin, portOf, startTestServer } from '../server.fixture.ts'

const server = await startTestServer()
const site = `http://127.0.0.1:${portOf(server, 'http')}/api`
const admin = { kind: 'admin' } as const
const scope = { kind: 'app', id: '' } as const

const key = /^[A-Za-z0-9]{8,36}$/
const time = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/
const settings = {
  tokenSeconds: 2_147_483_647,
  hasRefreshTokens: false,
  exposesUsers: false,
  ownershipNeedsPassword: false,
}
const harbour = { appID: 'harbour01', appKey: 'key4harbour', clientID: 'client4harbour', site, settings }
const changed = { ...settings, tokenSeconds: 3_600, exposesUsers: true }

/** In this order: each row finds what the earlier ones left. A RegExp is compared by match. */
const scenarios: {
  name: string
  request: [method: string, path: string, body?: unknown]
  status: number
  body: unknown
}[] = [
  { name: 'has no push apps at first', request: ['GET', '/push-apps'], status: 200, body: [] },
  {
    name: 'makes up what is left out, and shows the client secret, once (P 2.1)',
    request: ['POST', '/push-apps', {}],
    status: 201,
    body: {
      appID: key,
      appKey: key,
      clientID: /./,
      clientSecret: /^\S{32,}$/,
      isDisabled: false,
      createdAt: time,
    },
  },
  {
    name: 'keeps what the apps out there already have (P 1.6)',
    request: [
      'POST',
      '/push-apps',
      {
        appID: 'harbour01',
        appKey: 'key4harbour',
        clientID: 'client4harbour',
        clientSecret: 'as-it-was-at-the-original',
      },
    ],
    status: 201,
    body: { ...harbour, clientSecret: 'as-it-was-at-the-original', isDisabled: false },
  },
  {
    name: 'refuses an appID that is taken',
    request: ['POST', '/push-apps', { appID: 'harbour01' }],
    status: 409,
    body: { code: 'OPERATION_NOT_ALLOWED', detail: /appID/ },
  },
  {
    name: 'refuses an appID that cannot be (P 1.6)',
    request: ['POST', '/push-apps', { appID: 'a/b' }],
    status: 400,
    body: { code: 'INVALID_INPUT_DATA', detail: /appID/ },
  },
  {
    name: 'refuses a setting that it does not know',
    request: ['POST', '/push-apps', { settings: { colour: 'red' } }],
    status: 400,
    body: { code: 'REQUEST_MALFORMED' },
  },
  {
    name: 'changes the settings that are given, and no others',
    request: ['PATCH', '/push-apps/harbour01', { settings: { tokenSeconds: 3_600, exposesUsers: true } }],
    status: 200,
    body: { ...harbour, settings: changed },
  },
  {
    name: 'gives an app another key',
    request: ['PATCH', '/push-apps/harbour01', { appKey: 'key5harbour' }],
    status: 200,
    body: { ...harbour, appKey: 'key5harbour', settings: changed },
  },
  {
    name: 'refuses a change that changes nothing',
    request: ['PATCH', '/push-apps/harbour01', {}],
    status: 400,
    body: { code: 'REQUEST_MALFORMED' },
  },
  {
    name: 'changes no app that is not there',
    request: ['PATCH', '/push-apps/nobody01', { isDisabled: true }],
    status: 404,
    body: { code: 'APP_NOT_FOUND' },
  },
  {
    name: 'replaces a client secret',
    request: ['POST', '/push-apps/harbour01/secret', { overlapSeconds: 60 }],
    status: 200,
    body: { appID: 'harbour01', clientID: 'client4harbour', clientSecret: /^\S{32,}$/, replacedEndsAt: time },
  },
  {
    name: 'refuses an overlap beyond a week',
    request: ['POST', '/push-apps/harbour01/secret', { overlapSeconds: 604_801 }],
    status: 400,
    body: { code: 'INVALID_INPUT_DATA', detail: /604800/ },
  },
  {
    name: 'disables an app',
    request: ['PATCH', '/push-apps/harbour01', { isDisabled: true }],
    status: 200,
    body: { isDisabled: true },
  },
  {
    name: 'sends nothing in a disabled app',
    request: ['POST', '/push-apps/harbour01/messages', { to: 'topic:news', data: {} }],
    status: 403,
    body: { code: 'APP_DISABLED', detail: /harbour01/ },
  },
  {
    name: 'enables it again',
    request: ['PATCH', '/push-apps/harbour01', { isDisabled: false }],
    status: 200,
    body: { isDisabled: false },
  },
  {
    name: 'sends to nobody of another kind',
    request: ['POST', '/push-apps/harbour01/messages', { to: 'group:all', data: {} }],
    status: 400,
    body: { code: 'INVALID_INPUT_DATA', detail: /group:all.*user:NAME/ },
  },
  {
    name: 'sends to no user that is not there',
    request: ['POST', '/push-apps/harbour01/messages', { to: 'user:nobody', data: {} }],
    status: 404,
    body: { code: 'USER_NOT_FOUND', detail: /nobody/ },
  },
  {
    name: 'knows no `me`',
    request: ['POST', '/push-apps/harbour01/messages', { to: 'user:me', data: {} }],
    status: 404,
    body: { code: 'USER_NOT_FOUND' },
  },
  {
    name: 'sends to no thing that is not there',
    request: ['POST', '/push-apps/harbour01/messages', { to: 'thing:nothing', data: {} }],
    status: 404,
    body: { code: 'THING_NOT_FOUND', detail: /nothing/ },
  },
  {
    name: 'sends to no topic that is not there',
    request: ['POST', '/push-apps/harbour01/messages', { to: 'topic:nowhere', data: {} }],
    status: 404,
    body: { code: 'TOPIC_NOT_FOUND' },
  },
  {
    name: 'shows the deliveries of no app that is not there',
    request: ['GET', '/push-apps/nobody01/deliveries'],
    status: 404,
    body: { code: 'APP_NOT_FOUND' },
  },
  {
    name: 'removes an app and tells what it was',
    request: ['DELETE', '/push-apps/harbour01'],
    status: 200,
    body: { appID: 'harbour01' },
  },
  {
    name: 'refuses to remove it again',
    request: ['DELETE', '/push-apps/harbour01'],
    status: 404,
    body: { code: 'APP_NOT_FOUND' },
  },
]

for (const { name, request: asked, status, body } of scenarios) {
  test(name, async () => {
    const answer = await askAdmin(server, ...asked)
    assert.equal(answer.status, status, answer.body.toString())
    assertLike(answer.json, body)
  })
}

test('lists apps without secrets', async () => {
  const { body } = await askAdmin(server, 'GET', '/push-apps')
  assert.doesNotMatch(body.toString(), /secret/i)
})

test('every route wants the admin token', async () => {
  for (const [method, path] of [
    ['GET', '/push-apps'],
    ['POST', '/push-apps'],
    ['PATCH', '/push-apps/x'],
    ['DELETE', '/push-apps/x'],
    ['POST', '/push-apps/x/secret'],
    ['POST', '/push-apps/x/messages'],
    ['GET', '/push-apps/x/deliveries'],
  ] as const) {
    const { status } = await ask(server, `/admin/v1${path}`, { method })
    assert.equal(status, 401, `${method} ${path}`)
  }
})

test('sends as the admin to users, things and topics of every scope, and shows whom it goes to (P 8, 9)', async () => {
  const { app } = await server.push.apps.add({ appID: 'delivery1' })
  const caller = { app, principal: admin }
  const user = await server.push.users.register(app, () => ({ loginName: 'mia', password: 'harbour-9' }))
  const { thing } = await server.push.things.registerWithToken(app, () => ({
    _vendorThingID: 'lamp-1',
    _password: 'secret',
  }))
  const [me, lamp] = [`user:${user.userID}`, `thing:${thing.thingID}`] as const
  const ofUser = { kind: 'user', id: user.userID } as const
  const ofThing = { kind: 'thing', id: thing.thingID } as const
  for (const [where, receiver] of [
    [scope, me],
    [ofUser, me],
    [ofThing, lamp],
  ] as const) {
    await server.push.topics.create(caller, where, 'news')
    await server.push.subscriptions.subscribe(caller, where, { kind: 'topic', name: 'news' }, receiver)
  }
  const userInstallation = await install({ userID: user.userID })
  await install({ thingID: thing.thingID })
  const client = await connect(userInstallation)
  const lines = await readDeliveries('delivery1')

  const receivers: [to: string, receiver: string][] = [
    ['user:mia', me],
    [`user:${user.userID}`, me],
    ['user:LOGIN_NAME:mia', me],
    ['thing:lamp-1', lamp],
    [`thing:${thing.thingID}`, lamp],
    ['topic:news', me],
    ['topic:users/mia/news', me],
    ['topic:things/lamp-1/news', lamp],
  ]
  for (const [to, receiver] of receivers) {
    const answer = await askAdmin(server, 'POST', '/push-apps/delivery1/messages', { to, data: { to } })
    assert.equal(answer.status, 202, `${to}: ${answer.body}`)
    assertLike(answer.json, { pushMessageID: /^\S+$/ })
    const line = await lines.next()
    assertLike(line, { at: time, receiver, isConnected: receiver === me, payload: { to } })
  }
  const { payload } = await client.receive('publish')
  assert.equal(JSON.parse(Buffer.from(payload).toString()).to, 'user:mia')
  client.destroy()

  async function install(owner: { userID: string } | { thingID: string }): Promise<string> {
    const created = await server.push.installations.create(caller, () => ({ deviceType: 'MQTT', ...owner }))
    return created.installationID
  }

  async function connect(installationID: string): Promise<RawMqttClient> {
    const endpoint = await server.push.installations.endpoint(caller, installationID)
    const { mqttTopic, username, password } = endpoint
    const client = await RawMqttClient.open({ port: portOf(server, 'mqtt'), protocolVersion: 4 })
    const { reasonCode } = await client.connect({
      clean: true,
      keepAliveSeconds: 60,
      clientId: mqttTopic,
      username,
      password: Buffer.from(password),
    })
    assert.equal(reasonCode, 0)
    const options = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
    client.send({ type: 'subscribe', packetId: 1, subscriptions: [{ topicFilter: mqttTopic, ...options }] })
    await client.receive('suback')
    return client
  }
})

/** The deliveries of an app, one by one, from now on. */
function readDeliveries(appID: string): Promise<{ next(): Promise<DeliveryLine> }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ next(): Promise<DeliveryLine> }>()
  const headers = { authorization: `Bearer ${server.adminToken}` }
  const url = `${server.httpUrl}/admin/v1/push-apps/${appID}/deliveries`
  const sent = request(url, { headers, agent: false }, (response) => {
    assert.equal(response.headers['content-type'], 'application/x-ndjson')
    const lines = createInterface({ input: response })[Symbol.asyncIterator]()
    resolve({ next: async () => JSON.parse((await lines.next()).value ?? 'null') as DeliveryLine })
  })
  sent.on('error', reject).end()
  after(() => sent.destroy())
  return promise
}

/** Every expected field is there and alike; arrays are as long as expected. */
function assertLike(actual: unknown, expected: unknown): void {
  if (expected instanceof RegExp) {
    assert.match(String(actual), expected)
    return
  }
  if (typeof expected !== 'object' || expected === null) {
    assert.deepEqual(actual, expected)
    return
  }
  if (Array.isArray(expected)) assert.equal((actual as unknown[]).length, expected.length)
  for (const [name, value] of Object.entries(expected)) {
    assertLike((actual as Record<string, unknown>)[name], value)
  }
}
