import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { ProtocolVersion } from '@pillion/packet'
import { RawMqttClient } from '@pillion/testkit'
import {
  connectReceiver,
  openInstallations,
  openPushStore,
  receiveJson,
  serveBroker,
  subscribeTo,
  u1,
  u2,
} from './delivery.fixture.ts'
import type { Endpoint } from './installations/endpoint.ts'

const versions: readonly ProtocolVersion[] = [3, 4, 5]

/** A broker with u1 and u2 installed. */
async function open(test: TestContext) {
  const store = await openPushStore(test)
  let now = 1_000_000
  const clock = () => now
  const { broker, port } = await serveBroker(test, store, { now: clock })
  const { installations } = openInstallations(store, { now: clock, endpoint: { ttlSeconds: 60 }, broker })
  const install = async (caller: typeof u1): Promise<Endpoint> => {
    const { installationID } = await installations.create(caller, () => ({ deviceType: 'MQTT' }))
    return installations.endpoint(caller, installationID)
  }
  const send = (to: Endpoint, text: string) => broker.publish(`push/${to.mqttTopic}`, Buffer.from(text))
  const pass = (milliseconds: number) => {
    now += milliseconds
  }
  return {
    broker,
    port,
    installations,
    mine: await install(u1),
    others: await install(u2),
    install,
    send,
    pass,
  }
}

/** The reason code of the CONNACK: of version 5, or the return code of the others. */
async function tryConnect(
  test: TestContext,
  port: number,
  protocolVersion: ProtocolVersion,
  { username, password, mqttTopic }: Endpoint,
  fields: Parameters<RawMqttClient['connect']>[0] = {},
) {
  const client = await RawMqttClient.open({ port, protocolVersion })
  test.after(() => client.destroy())
  return client.connect({ clientId: mqttTopic, username, password: Buffer.from(password), ...fields })
}

for (const version of versions) {
  test(`version ${version}: receives what is sent to it, and nothing before it subscribed (P 13.2)`, async (t) => {
    const { port, mine, others, send } = await open(t)
    const client = await RawMqttClient.open({ port, protocolVersion: version })
    t.after(() => client.destroy())
    const { mqttTopic: clientId, username, password } = mine
    await client.connect({ clientId, username, password: Buffer.from(password), clean: false })
    assert.equal(send(mine, '{"lost":1}'), 0)
    assert.equal(await subscribeTo(client, clientId), 0, 'at QoS 0, whatever is asked for')
    assert.equal(send(others, '{"foreign":1}'), 0)
    assert.equal(send(mine, '{"text":"hello"}'), 1)
    const { topicName, qos, retain, dup, payload } = await client.receive('publish')
    assert.deepEqual([topicName, qos, retain, dup], [clientId, 0, false, false])
    assert.equal(Buffer.from(payload).toString(), '{"text":"hello"}')
    client.send({ type: 'unsubscribe', packetId: 2, topicFilters: [clientId] })
    await client.receive('unsuback')
    assert.equal(send(mine, '{"lost":2}'), 0)
  })

  test(`version ${version}: gets no other topic, wildcards included, and stays connected (P 13.2)`, async (t) => {
    const { port, mine, others, send } = await open(t)
    const client = await connectReceiver(t, port, mine, version)
    for (const filter of ['#', '+', others.mqttTopic, `push/${others.mqttTopic}`, '$SYS/#'])
      assert.equal(await subscribeTo(client, filter), version === 5 ? 0x87 : version === 4 ? 0x80 : 0, filter)
    assert.equal(send(others, '{}'), 0)
    send(mine, '{"still":"here"}')
    assert.deepEqual(await receiveJson(client), { still: 'here' })
  })

  test(`version ${version}: what it publishes is acknowledged and reaches nobody (P 13.2)`, async (t) => {
    const { port, mine, others, send } = await open(t)
    const [client, other] = [
      await connectReceiver(t, port, mine, version),
      await connectReceiver(t, port, others, version),
    ]
    const publish = (topicName: string, qos: 0 | 1 | 2) => {
      const payload = Buffer.from('{"forged":1}')
      const packetId = qos === 0 ? {} : { packetId: 7 }
      client.send({ type: 'publish', ...packetId, topicName, payload, qos, retain: qos === 1, dup: false })
    }
    const topicNames = [others.mqttTopic, mine.mqttTopic, `push/${others.mqttTopic}`, 'p/x/thing-if/apps/a']
    for (const topicName of topicNames) {
      publish(topicName, 0)
      publish(topicName, 1)
      assert.equal((await client.receive('puback')).reasonCode, version === 5 ? 0x87 : 0)
      publish(topicName, 2)
      assert.equal((await client.receive('pubrec')).reasonCode, version === 5 ? 0x87 : 0)
      if (version === 5) continue
      client.send({ type: 'pubrel', packetId: 7, reasonCode: 0 })
      await client.receive('pubcomp')
    }
    send(others, '{"real":1}')
    assert.deepEqual(await receiveJson(other), { real: 1 })
    send(mine, '{"real":2}')
    assert.deepEqual(await receiveJson(client), { real: 2 })
  })

  test(`version ${version}: wrong credentials and a wrong client id have codes of their own (P 13.1)`, async (t) => {
    const { port, mine, others } = await open(t)
    const [badCredentials, badClientId] = version === 5 ? [0x86, 0x85] : [4, 2]
    const codeOf = async (endpoint: Endpoint, fields?: Parameters<RawMqttClient['connect']>[0]) =>
      (await tryConnect(t, port, version, endpoint, fields)).reasonCode
    assert.equal(await codeOf({ ...mine, password: others.password }), badCredentials)
    assert.equal(await codeOf({ ...mine, username: `${others.username}x` }), badCredentials)
    assert.equal(await codeOf(mine, { clientId: others.mqttTopic }), badClientId)
    assert.equal(await codeOf(mine), 0)
  })

  test(`version ${version}: a newer connection takes over, and only the newer one receives (P 13.1)`, async (t) => {
    const { port, mine, send } = await open(t)
    const first = await connectReceiver(t, port, mine, version)
    const second = await connectReceiver(t, port, mine, version)
    if (version === 5) assert.equal((await first.receive('disconnect')).reasonCode, 0x8e)
    await first.closed()
    assert.equal(send(mine, '{"n":2}'), 1)
    assert.deepEqual(await receiveJson(second), { n: 2 })
  })

  test(`version ${version}: nothing is kept for who comes back, whatever session it asks for (P 13.1)`, async (t) => {
    const { port, mine, send } = await open(t)
    const properties = version === 5 ? { properties: { sessionExpirySeconds: 3_600 } } : {}
    for (let round = 0; round < 2; round++) {
      const client = await RawMqttClient.open({ port, protocolVersion: version })
      const { mqttTopic: clientId, username, password } = mine
      const signIn = { clientId, username, password: Buffer.from(password), clean: false, ...properties }
      const { reasonCode, sessionPresent } = await client.connect(signIn)
      assert.deepEqual([reasonCode, sessionPresent], [0, false], `${round}`)
      assert.equal(send(mine, '{}'), 0, 'not even the subscription')
      await subscribeTo(client, clientId)
      client.destroy()
      while (send(mine, '{}') > 0) await new Promise((resume) => setTimeout(resume, 5))
    }
  })

  test(`version ${version}: uninstalling closes the connection and ends the credentials (P 6.2, 13.3)`, async (t) => {
    const { port, installations, mine, install, send } = await open(t)
    const client = await connectReceiver(t, port, mine, version)
    await installations.remove(u1, mine.installationID)
    if (version === 5) {
      const { reasonCode, properties } = await client.receive('disconnect')
      assert.deepEqual([reasonCode, properties?.reasonString], [0x87, 'The installation was deleted'])
    }
    await client.closed()
    assert.equal((await tryConnect(t, port, version, mine)).reasonCode, version === 5 ? 0x86 : 4)
    const next = await install(u1)
    const again = await connectReceiver(t, port, next, version)
    send(next, '{"new":1}')
    assert.deepEqual(await receiveJson(again), { new: 1 })
  })
}

test('a will is taken and never published (P 13.1)', async (t) => {
  const { broker, port, mine, others, send } = await open(t)
  const other = await connectReceiver(t, port, others)
  const will = {
    topicName: others.mqttTopic,
    payload: Buffer.from('{"will":1}'),
    qos: 0,
    retain: true,
  } as const
  const { mqttTopic: clientId, username, password } = mine
  const client = await RawMqttClient.open({ port })
  await client.connect({ clientId, username, password: Buffer.from(password), will })
  client.destroy()
  while (broker.connectionCount > 1) await new Promise((resume) => setTimeout(resume, 5))
  send(others, '{"real":1}')
  assert.deepEqual(await receiveJson(other), { real: 1 })
})

test('an expired endpoint serves who is connected, and lets nobody in any more (P 13.3)', async (t) => {
  const { port, installations, mine, send, pass } = await open(t)
  const client = await connectReceiver(t, port, mine)
  pass(60_000)
  assert.equal((await tryConnect(t, port, 5, mine)).reasonCode, 0x86)
  send(mine, '{"late":1}')
  assert.deepEqual(await receiveJson(client), { late: 1 })
  const renewed = await installations.endpoint(u1, mine.installationID)
  const next = await connectReceiver(t, port, renewed)
  assert.equal((await client.receive('disconnect')).reasonCode, 0x8e, 'one connection per installation')
  send(renewed, '{"new":1}')
  assert.deepEqual(await receiveJson(next), { new: 1 })
})

test('several filters in one SUBSCRIBE are each answered (P 13.2)', async (t) => {
  const { port, mine } = await open(t)
  const client = await connectReceiver(t, port, mine)
  const options = { qos: 2, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
  const subscriptions = [mine.mqttTopic, '#', `$share/g/${mine.mqttTopic}`].map((topicFilter) => ({
    topicFilter,
    ...options,
  }))
  client.send({ type: 'subscribe', packetId: 3, subscriptions })
  const { reasonCodes } = await client.receive('suback')
  assert.equal(reasonCodes[0], 0)
  assert.ok(reasonCodes.slice(1).every((code) => code >= 0x80))
})
