import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ProtocolVersion, QoS } from '@pillion/packet'
import type { MessageRecord } from '@pillion/schema'
import { RawMqttClient } from '@pillion/testkit'
import mqtt from 'mqtt'
import { makeFolder, portOf, startTestServer } from '../../apps/server/src/server.fixture.ts'
import { poll } from '../support/poll.ts'
import { type Endpoint, Receiver, type SignIn } from './receiver.ts'
import { Stage } from './stage.ts'

const versions: readonly ProtocolVersion[] = [3, 4, 5]
const cast = { pseudoUsers: ['mia', 'tom', 'ana', 'ida'], things: ['lamp', 'pump', 'bell'] }
// Mia comes and goes all the time here.
const stage = await Stage.open(cast, { 'limits.takeoversMax': 1_000_000 })
await stage.addApp('doomed06', 'doomed.', { pseudoUsers: ['eve'], things: [] })
const mia = await stage.endpointOf('mia')
const tom = await stage.endpointOf('tom')
await stage.connect('tom')

/** Reason codes of 3.1 and 3.1.1 on the left, of 5 on the right. */
const code = (version: ProtocolVersion, ofThree: number, ofFive: number) => (version === 5 ? ofFive : ofThree)
const send = (name: string, n: number) =>
  stage.must('admin', 'POST', stage.fill(`/users/{${name}}/push/messages`), {
    body: { data: { n }, mqtt: { enabled: true } },
  })
/** Resolves when it has found no receiver; the answer does not wait for that (P 8.3). */
async function sendInVain(name: string): Promise<void> {
  const { pushMessageID } = await send(name, 1)
  const lastState = async () => {
    const { json } = await stage.admin('GET', `/messages?pushMessageID=${pushMessageID}`)
    const [record] = (json as { messages: MessageRecord[] }).messages
    return record?.steps.at(-1)?.state
  }
  assert.equal(await poll(lastState, (state) => state === 'dropped', 30_000), 'dropped')
}
const hasNumber = (n: number) => (message: object) => (message as { n?: number }).n === n

describe('a connection (P 13.1)', () => {
  for (const protocolVersion of versions) {
    test(`in version ${protocolVersion} gets its messages, and no session is present (P 13.1)`, async () => {
      for (const clean of [true, false]) {
        const { receiver, connack } = await Receiver.trySignIn(mia, { protocolVersion, clean })
        assert.deepEqual([connack.reasonCode, connack.sessionPresent], [0, false])
        // What was subscribed before is not kept: this would come first.
        await sendInVain('mia')
        assert.equal(await receiver.subscribe(mia.mqttTopic), 0)
        await send('mia', 2)
        assert.deepEqual(await receiver.messagesUntil(hasNumber(2)), [])
        receiver.close()
      }
    })

    const refused: readonly (readonly [string, number, number, SignIn])[] = [
      ['another client id', 2, 0x85, { clientId: 'another' }],
      ['the client id of another installation', 2, 0x85, { clientId: tom.mqttTopic }],
      ['no client id', 2, 0x85, { clientId: '' }],
      ['a client id in another case', 2, 0x85, { clientId: swapCase(mia.mqttTopic) }],
      ['a wrong password', 4, 0x86, { password: 'x'.repeat(64) }],
      ['an empty password', 4, 0x86, { password: '' }],
      ['another’s password', 4, 0x86, { password: tom.password }],
      ['another’s username', 4, 0x86, { username: tom.username }],
      ['an unknown username', 4, 0x86, { username: `${stage.app.appID}-${'x'.repeat(23)}` }],
      ['the name of another app', 4, 0x86, { username: `doomed06-${mia.mqttTopic}` }],
      ['the topic as username', 4, 0x86, { username: mia.mqttTopic }],
    ]
    for (const [what, ofThree, ofFive, signIn] of refused) {
      test(`in version ${protocolVersion} with ${what} is refused and closed (P 13.1)`, async () => {
        const { receiver, connack } = await Receiver.trySignIn(mia, { protocolVersion, ...signIn })
        assert.equal(connack.reasonCode, code(protocolVersion, ofThree, ofFive))
        await receiver.client.closed()
      })
    }

    test(`in version ${protocolVersion} takes over from the one before (P 13.1)`, async () => {
      const first = await Receiver.open(mia, { protocolVersion })
      const second = await Receiver.open(mia, { protocolVersion })
      if (protocolVersion === 5) assert.equal((await first.answer('disconnect')).reasonCode, 0x8e)
      await first.client.closed()
      await send('mia', 1)
      assert.deepEqual(await second.messagesUntil(hasNumber(1)), [])
      second.close()
    })
  }

  test('without username is refused (P 13.1)', async () => {
    for (const protocolVersion of versions) {
      const client = await RawMqttClient.open({ port: mia.portTCP, protocolVersion })
      const { reasonCode } = await client.connect({ clientId: mia.mqttTopic })
      assert.ok([4, 5, 0x86, 0x87].includes(reasonCode), `${reasonCode}`)
      await client.closed()
    }
  })

  for (const [level, protocolVersion] of [
    [2, 4],
    [6, 5],
    [255, 5],
  ] as const) {
    test(`in a version ${level}, which is none, is told so and closed (P 13.1)`, async () => {
      const client = await RawMqttClient.open({ port: mia.portTCP, protocolVersion })
      client.sendBytes(Buffer.from([0x10, 13, 0, 4, ...Buffer.from('MQTT'), level, 2, 0, 60, 0, 1, 0x61]))
      assert.equal((await client.receive('connack')).reasonCode, code(protocolVersion, 1, 0x84))
      await client.closed()
    })
  }

  test('is not refused, however often the newer one takes over (P 13.1)', async () => {
    const patient = await Stage.open({ pseudoUsers: ['mia'] }, { 'limits.takeoversMax': 1 })
    const endpoint = await patient.endpointOf('mia')
    const all: Receiver[] = []
    for (let round = 0; round < 4; round++) all.push(await Receiver.open(endpoint))
    const last = all.pop()
    await last?.ping()
    for (const receiver of all) await receiver.client.closed()
    last?.close()
  })

  const webSockets = [
    { path: '/mqtt', protocolVersion: 4, protocolId: 'MQTT' },
    { path: '/any/other/path', protocolVersion: 5, protocolId: 'MQTT' },
    // With it the library offers the subprotocol mqttv3.1.
    { path: '/', protocolVersion: 3, protocolId: 'MQIsdp' },
  ] as const
  for (const { path, ...protocol } of webSockets) {
    test(`over WebSocket at ${path} in version ${protocol.protocolVersion} gets its messages (P 13.1)`, async () => {
      const { username, password, mqttTopic: clientId, portWS } = mia
      const options = { username, password, clientId, ...protocol, reconnectPeriod: 0 }
      const client = await mqtt.connectAsync(`ws://127.0.0.1:${portWS}${path}`, options)
      await client.subscribeAsync(clientId)
      const arrival = Promise.withResolvers<[string, Buffer]>()
      client.on('message', (topic, payload) => arrival.resolve([topic, payload]))
      await send('mia', 1)
      const [topic, payload] = await arrival.promise
      assert.deepEqual([topic, JSON.parse(payload.toString()).n], [clientId, 1])
      await client.endAsync(true)
    })
  }

  test('has a will that nobody gets (P 13.1)', async () => {
    const client = await RawMqttClient.open({ port: mia.portTCP, protocolVersion: 4 })
    const will = { topicName: tom.mqttTopic, payload: Buffer.from('{}'), qos: 0, retain: false } as const
    const { username, mqttTopic, password } = mia
    const connack = await client.connect({
      username,
      clientId: mqttTopic,
      password: Buffer.from(password),
      will,
    })
    assert.equal(connack.reasonCode, 0)
    client.destroy()
    assert.deepEqual(await stage.received('tom'), [])
  })

  test('that is silent for too long is closed, one that pings is not (P 13.1)', async () => {
    const silent = await Receiver.open(mia, { keepAliveSeconds: 1 })
    const receiver = await stage.connect('ana', false, { keepAliveSeconds: 1 })
    const pings = setInterval(() => receiver.client.send({ type: 'pingreq' }), 400)
    await silent.client.closed()
    clearInterval(pings)
    await receiver.ping()
  })

  test('of a thing is its being online (P 4.3, 13.1)', async () => {
    const read = () => stage.must<Online>('lamp', 'GET', stage.fill('/things/{lamp}'))
    const receiver = await stage.connect('lamp')
    const isOnline = (wanted: boolean) => poll(read, ({ _online }) => _online === wanted, 30_000)
    const online = await isOnline(true)
    assert.deepEqual([online._online, typeof online._onlineStatusModifiedAt], [true, 'number'])
    receiver.close()
    const offline = await isOnline(false)
    assert.equal(offline._online, false)
    assert.ok((offline._onlineStatusModifiedAt ?? 0) >= (online._onlineStatusModifiedAt ?? 0))
  })
})

describe('packets (P 13.2)', () => {
  const foreign = [
    '#',
    '+',
    tom.mqttTopic,
    `push/${mia.mqttTopic}`,
    `${mia.mqttTopic}/#`,
    '$SYS/#',
    'push/+',
    `p/${mia.mqttTopic}/#`,
  ]
  for (const protocolVersion of versions) {
    test(`in version ${protocolVersion}: no filter but its own (P 13.2)`, async () => {
      const receiver = await Receiver.open(mia, { protocolVersion })
      for (const filter of foreign) {
        const granted = protocolVersion === 3 ? 0 : code(protocolVersion, 0x80, 0x87)
        assert.equal(await receiver.subscribe(filter), granted, filter)
      }
      await send('tom', 1)
      assert.equal((await stage.received('tom')).length, 1)
      await send('mia', 2)
      assert.deepEqual(await receiver.messagesUntil(hasNumber(2)), [])
      receiver.close()
    })

    test(`in version ${protocolVersion}: what it publishes is acknowledged and dropped (P 13.2)`, async () => {
      const receiver = await Receiver.open(mia, { protocolVersion })
      const names = [
        mia.mqttTopic,
        tom.mqttTopic,
        `push/${tom.mqttTopic}`,
        `p/${mia.mqttTopic}/thing-if/apps/x`,
        'a/b',
      ]
      for (const topicName of names)
        for (const qos of [0, 1, 2] as const) await publish(receiver, topicName, qos)
      await receiver.ping()
      assert.deepEqual(await stage.received('tom'), [])
      await send('mia', 3)
      assert.deepEqual(await receiver.messagesUntil(hasNumber(3)), [])
      receiver.close()
      // Retained nothing, either.
      const again = await Receiver.open(mia, { protocolVersion })
      await send('mia', 4)
      assert.deepEqual(await again.messagesUntil(hasNumber(4)), [])
      again.close()
    })
  }

  test('after UNSUBSCRIBE nothing comes until it subscribes again (P 13.2)', async () => {
    const receiver = await Receiver.open(mia)
    receiver.client.send({ type: 'unsubscribe', packetId: 2, topicFilters: [mia.mqttTopic] })
    await receiver.answer('unsuback')
    await sendInVain('mia')
    await receiver.subscribe(mia.mqttTopic)
    await send('mia', 2)
    assert.deepEqual(await receiver.messagesUntil(hasNumber(2)), [])
    receiver.close()
  })
})

describe('the life of the credentials (P 13.3)', () => {
  const ends: readonly (readonly [string, string, string, string, object?])[] = [
    ['its installation is deleted', 'mia', 'DELETE', '/installations/{mia.installation}'],
    ['its user is deleted', 'ida', 'DELETE', '/users/{ida}'],
    ['its thing is deleted', 'bell', 'DELETE', '/things/{bell}'],
    ['its thing is disabled', 'pump', 'PUT', '/things/{pump}/status', { disabled: true }],
  ]
  for (const [what, name, method, path, body] of ends) {
    test(`end when ${what}: closed, then refused (P 13.3)`, async () => {
      const endpoint = await stage.endpointOf(name)
      const receiver = await Receiver.open(endpoint, { protocolVersion: 5 })
      await stage.must('admin', method, stage.fill(path), body === undefined ? {} : { body })
      assert.equal((await receiver.answer('disconnect')).reasonCode, 0x87)
      await receiver.client.closed()
      await assertRefused(endpoint)
    })
  }

  test('rest while its app is disabled, and end with it (P 13.3)', async () => {
    const endpoint = await endpointIn('doomed06', 'doomed.eve')
    const receiver = await Receiver.open(endpoint, { protocolVersion: 5 })
    await stage.admin('PATCH', '/push-apps/doomed06', { isDisabled: true })
    await receiver.client.closed()
    await assertRefused(endpoint)
    await stage.admin('PATCH', '/push-apps/doomed06', { isDisabled: false })
    const again = await Receiver.open(endpoint)
    await stage.admin('DELETE', '/push-apps/doomed06')
    await again.client.closed()
    await assertRefused(endpoint)
  })

  test('do not depend on tokens (P 13.3)', async () => {
    const body = { username: 'olga', password: 'harbour-9' }
    await stage.must('anonymous', 'POST', '/users', {
      body: { loginName: body.username, password: body.password },
    })
    const expiresAt = Date.now() + 2_500
    const signedIn = await stage.must('anonymous', 'POST', '/oauth2/token', { body: { ...body, expiresAt } })
    stage.addCaller('olga', signedIn.access_token ?? '')
    const endpoint = await stage.endpointOf('olga')
    const receiver = await Receiver.open(endpoint)
    const { status } = await poll(
      () => stage.ask('olga', 'GET', '/users/me'),
      ({ status }) => status === 403,
      10_000,
    )
    assert.equal(status, 403, 'the token goes')
    await receiver.ping()
    receiver.close()
    ;(await Receiver.open(endpoint)).close()
  })
})

test('credentials outlive a restart of the server (P 13.3)', async () => {
  const data = makeFolder()
  const before = await Stage.open({ pseudoUsers: ['mia'] }, { data })
  const endpoint = await before.endpointOf('mia')
  await before.server.close()
  const portTCP = portOf(await startTestServer({ data }), 'mqtt')
  ;(await Receiver.open({ ...endpoint, portTCP })).close()
})

interface Online {
  readonly _online?: boolean
  readonly _onlineStatusModifiedAt?: number
}

async function assertRefused(endpoint: Endpoint): Promise<void> {
  for (const protocolVersion of versions) {
    const { receiver, connack } = await Receiver.trySignIn(endpoint, { protocolVersion })
    assert.equal(connack.reasonCode, code(protocolVersion, 4, 0x86))
    receiver.close()
  }
}

async function publish(receiver: Receiver, topicName: string, qos: QoS): Promise<void> {
  const { client } = receiver
  const five = client.protocolVersion === 5 ? 0x87 : 0
  const packetId = 7
  const payload = Buffer.from('{"a":1}')
  client.send({
    type: 'publish',
    topicName,
    payload,
    qos,
    dup: false,
    retain: false,
    ...(qos > 0 && { packetId }),
  })
  if (qos === 1) assert.equal((await receiver.answer('puback')).reasonCode, five)
  if (qos !== 2) return
  assert.equal((await receiver.answer('pubrec')).reasonCode, five)
  // An error in PUBREC ends the handshake (MQTT 5, 4.3.3).
  if (five > 0) return
  client.send({ type: 'pubrel', packetId, reasonCode: 0 })
  await receiver.answer('pubcomp')
}

async function endpointIn(appID: string, as: string): Promise<Endpoint> {
  const site = `/api/apps/${appID}/installations`
  const { installationID } = await stage.must(as, 'POST', site, { body: { deviceType: 'MQTT' } })
  return stage.must<Endpoint>(as, 'GET', `${site}/${installationID}/mqtt-endpoint`)
}

function swapCase(text: string): string {
  return text.replace(/[a-z]/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  )
}
