import assert from 'node:assert/strict'
import net from 'node:net'
import { after, before, describe, it } from 'node:test'
import { encode, reasonCodes } from '@pillion/packet'
import { waitUntil } from '@pillion/testkit'
import { serve, serveFor } from './fixtures/test-broker.ts'
import { TestClient } from './fixtures/test-client.ts'
import { openPolicy } from './open-policy.ts'
import type { AccessPolicy } from './ports/access-policy.ts'

describe('CONNECT', () => {
  let broker: Awaited<ReturnType<typeof serve>>
  before(async () => {
    broker = await serve()
  })
  after(() => broker.close())

  it('must come first [MQTT-3.1.0-1]', async () => {
    const client = await TestClient.open(broker)
    client.raw.send({ type: 'pingreq' })
    await client.untilClosed()
    assert.deepEqual(client.received, [])
  })

  it('must not come twice [MQTT-3.1.0-2]', async () => {
    for (const version of [4, 5] as const) {
      const client = await TestClient.connect({ ...broker, version })
      client.raw.send({
        type: 'connect',
        protocolVersion: version,
        clean: true,
        keepAliveSeconds: 0,
        clientId: 'raw',
      })
      if (version === 5)
        assert.equal((await client.next('disconnect')).reasonCode, reasonCodes.PROTOCOL_ERROR)
      await client.untilClosed()
    }
  })

  it('with an empty client id needs a clean session in 3.1.1, and is given one in 5 [3.1.1:MQTT-3.1.3-8]', async () => {
    const refused = await TestClient.open(broker)
    assert.equal((await refused.signIn({ clientId: '', clean: false })).reasonCode, 2)
    const assigned = await TestClient.open({ ...broker, version: 5 })
    const connack = await assigned.signIn({ clientId: '' })
    assert.match(connack.properties?.assignedClientId ?? '', /.+/)
    await assigned.lose()
  })

  it('tells a version 5 client the limits of this server', async () => {
    const client = await TestClient.open({ ...broker, version: 5 })
    const { properties } = await client.signIn({})
    assert.equal(properties?.packetBytesMax, 262_144)
    assert.ok((properties?.receiveMax ?? 0) > 0)
    await client.lose()
  })

  it('takes over the client id; the older connection is told why and gets nothing more [MQTT-3.1.4-3]', async () => {
    const older = await TestClient.connect({ ...broker, version: 5, clientId: 'same' })
    await older.subscribe('take/over')
    const newer = await TestClient.connect({ ...broker, clientId: 'same' })
    newer.publish('take/over', 'late')
    assert.equal((await older.next('disconnect')).reasonCode, reasonCodes.SESSION_TAKEN_OVER)
    await older.untilClosed()
    assert.deepEqual(older.received, [])
    await newer.ping()
    await newer.lose()
  })
})

describe('client ids', () => {
  it('belong to an identity: nobody takes over a stranger', async () => {
    const byName: AccessPolicy = {
      ...openPolicy,
      connect: ({ username = '' }) => ({ identity: { key: username, role: 'test', name: username } }),
    }
    const broker = await serve({ policy: byName })
    const alice = await TestClient.connect({ ...broker, username: 'alice', clientId: 'same' })
    const bob = await TestClient.connect({ ...broker, username: 'bob', clientId: 'same' })
    await alice.ping()
    await bob.ping()
    await broker.close()
  })
})

describe('the list of connections', () => {
  it('has a portion of those that are wanted, newest first, and nobody who has not signed in', async () => {
    const broker = await serve()
    const clients = []
    for (let number = 0; number < 120; number++)
      clients.push(
        await TestClient.connect({ ...broker, clientId: `c${number}`, username: `u${number % 2}` }),
      )
    const stranger = await TestClient.open(broker)
    const list = (before?: number) =>
      broker.broker.listConnections(({ identity }) => identity.name === 'u1', {
        before,
        countMax: 2,
        topicFiltersMax: 1,
      })
    const first = list()
    assert.deepEqual([first.connections.map(({ clientId }) => clientId), first.total], [['c119', 'c117'], 60])
    const rest = list(first.connections.at(-1)?.number)
    assert.deepEqual([rest.connections.map(({ clientId }) => clientId), rest.total], [['c115', 'c113'], 60])
    await clients[119]?.subscribe('a')
    await clients[119]?.subscribe('b')
    clients[118]?.publish('a', 'text')
    await clients[119]?.nextMessages(1)
    const [{ topicFilters, subscriptions, messagesSent, bytesReceived } = assert.fail()] = list().connections
    assert.deepEqual([topicFilters, subscriptions, messagesSent], [['a'], 2, 1])
    assert.equal(bytesReceived, clients[119]?.raw.socket.bytesWritten)
    assert.equal(
      broker.broker.disconnect((_, { clientId }) => clientId === 'c0', 0x98, 'kicked'),
      1,
    )
    await clients[0]?.untilClosed()
    assert.equal(broker.broker.listConnections(() => true, { countMax: 0, topicFiltersMax: 0 }).total, 119)
    for (const client of [...clients.slice(1), stranger]) client.raw.destroy()
    await broker.close()
  })
})

describe('a policy', () => {
  it('that fails is "server unavailable", never "not authorised"', async () => {
    const broker = await serve({
      policy: { ...openPolicy, connect: () => Promise.reject(new Error('store away')) },
    })
    for (const [version, code] of [
      [4, 3],
      [5, reasonCodes.SERVER_UNAVAILABLE],
    ] as const) {
      const client = await TestClient.open({ ...broker, version })
      assert.equal((await client.signIn({})).reasonCode, code)
      await client.untilClosed()
    }
    await broker.close()
  })

  it('that answers later does not disturb the order of packets', async () => {
    const slow: AccessPolicy = {
      epoch: 0,
      connect: async () => ({ identity: { key: 'slow', role: 'test', name: 'slow' } }),
      publish: async (_, topic) => {
        await new Promise((resume) => setTimeout(resume, 20))
        return { topic, payloadBytesMax: 1_000, mayRetain: false }
      },
      subscribe: async (_, filter) => ({ filter, form: '' }),
    }
    const broker = await serve({ policy: slow })
    const client = await TestClient.open(broker)
    const texts = Array.from({ length: 30 }, (_, index) => `${index}`)
    client.raw.socket.cork()
    const answered = client.signIn({})
    client.raw.send({
      type: 'subscribe',
      packetId: 1,
      subscriptions: [
        { topicFilter: '#', qos: 2, noLocal: false, retainAsPublished: false, retainHandling: 0 },
      ],
    })
    for (const [index, text] of texts.entries()) client.publish(`t/${index % 3}`, text)
    client.raw.socket.uncork()
    assert.equal((await answered).reasonCode, 0)
    assert.deepEqual((await client.next('suback')).reasonCodes, [0])
    const messages = await client.nextMessages(30)
    assert.deepEqual(
      messages.map((message) => message.split(' ')[1]),
      texts,
    )
    await broker.close()
  })

  it('is asked again when its epoch has grown, and refusals are counted by reason', async () => {
    const policy = { ...openPolicy, epoch: 1, open: true }
    const broker = await serve({
      policy: {
        get epoch() {
          return policy.epoch
        },
        connect: openPolicy.connect,
        subscribe: openPolicy.subscribe,
        publish: (identity, topic) =>
          policy.open
            ? openPolicy.publish(identity, topic)
            : { refused: reasonCodes.NOT_AUTHORIZED, reason: 'closed_today', text: 'Closed today.' },
      },
    })
    const client = await TestClient.connect({ ...broker, version: 5 })
    await client.subscribe('a')
    client.publish('a', '1')
    await client.ping()
    policy.open = false
    policy.epoch++
    client.publish('a', '2')
    client.publish('a', '3', { qos: 1, packetId: 7 })
    assert.deepEqual(await client.nextMessages(1), ['a 1'])
    assert.equal((await client.next('puback')).reasonCode, reasonCodes.NOT_AUTHORIZED)
    assert.equal(broker.broker.counters().dropped_closed_today, 2)
    await broker.close()
  })
})

describe('delivery', () => {
  let broker: Awaited<ReturnType<typeof serve>>
  before(async () => {
    broker = await serve()
  })
  after(() => broker.close())

  it('is QoS 0 whatever was asked, after the publisher’s own handshake [MQTT-3.8.4-8]', async () => {
    const client = await TestClient.connect({ ...broker, clientId: 'qos' })
    const suback = await client.subscribe({ topicFilter: 'qos', qos: 2 })
    assert.deepEqual(suback.reasonCodes, [0])
    client.publish('qos', 'one', { qos: 1, packetId: 11 })
    client.publish('qos', 'two', { qos: 2, packetId: 12 })
    client.publish('qos', 'two', { qos: 2, packetId: 12, dup: true })
    client.raw.send({ type: 'pubrel', packetId: 12, reasonCode: 0 })
    await client.ping()
    const types = client.received.map(({ type }) => type)
    assert.deepEqual(types, ['publish', 'puback', 'publish', 'pubrec', 'pubrec', 'pubcomp'])
    assert.deepEqual(client.messages(), ['qos one', 'qos two'])
    await client.lose()
  })

  it('crosses protocol versions in every direction, whatever the size', async () => {
    for (const from of [3, 4, 5] as const) {
      for (const to of [3, 4, 5] as const) {
        const sender = await TestClient.connect({ ...broker, version: from, clientId: 'from' })
        const receiver = await TestClient.connect({ ...broker, version: to, clientId: 'to' })
        await receiver.subscribe('x/+')
        const texts = [0, 1, 100, 130, 16_300, 16_400, 130_000].map((size) => 'ü'.repeat(size / 2))
        for (const text of texts) sender.publish('x/y', text)
        assert.deepEqual(
          await receiver.nextMessages(texts.length),
          texts.map((text) => `x/y ${text}`),
        )
        await sender.lose()
        await receiver.lose()
      }
    }
  })

  it('does not depend on how the bytes are cut', async () => {
    const receiver = await TestClient.connect({ ...broker, clientId: 'cut-to' })
    await receiver.subscribe('cut/#')
    const sender = await TestClient.connect({ ...broker, clientId: 'cut-from' })
    const texts = ['', 'a', 'b'.repeat(200), 'c'.repeat(20_000), 'd']
    const bytes = Buffer.concat(
      texts.map((text, index) =>
        encode(
          {
            type: 'publish',
            dup: false,
            qos: 0,
            retain: false,
            topicName: `cut/${index % 2}`,
            payload: Buffer.from(text),
          },
          4,
        ),
      ),
    )
    for (let at = 0; at < 500; at++) {
      sender.raw.sendBytes(bytes.subarray(at, at + 1))
      await new Promise(setImmediate)
    }
    sender.raw.sendBytes(bytes.subarray(500))
    const expected = texts.map((text, index) => `cut/${index % 2} ${text}`)
    assert.deepEqual(await receiver.nextMessages(texts.length), expected)
    await sender.lose()
    await receiver.lose()
  })

  it('keeps the properties of version 5 that belong to the message [MQTT-3.3.2-17]', async () => {
    const client = await TestClient.connect({ ...broker, version: 5, clientId: 'props' })
    await client.subscribe('props')
    const properties = {
      contentType: 'text/plain',
      correlationData: new Uint8Array([1, 2]),
      responseTopic: 'answers',
      userProperties: [['a', 'b']] as const,
    }
    client.publish('props', 'text', { properties })
    const { properties: got } = await client.next('publish')
    assert.deepEqual(
      { ...got, correlationData: [...(got?.correlationData ?? [])] },
      { ...properties, correlationData: [1, 2] },
    )
    await client.lose()
  })

  it('sends one copy to a connection whose filters overlap, and none to itself with No Local [MQTT-3.8.3-3]', async () => {
    const client = await TestClient.connect({ ...broker, version: 5, clientId: 'overlap' })
    await client.subscribe('o/#', 'o/+', 'o/1', { topicFilter: 'own', noLocal: true })
    client.publish('o/1', 'once')
    client.publish('own', 'never')
    await client.ping()
    assert.deepEqual(client.messages(), ['o/1 once'])
    await client.lose()
  })

  it('hands a retained message to later subscribers only, marked as retained [3.1.1:MQTT-3.3.1-8, -9]', async () => {
    const client = await TestClient.connect({ ...broker, clientId: 'retain' })
    await client.subscribe('kept')
    client.publish('kept', 'text', { retain: true })
    assert.equal((await client.next('publish')).retain, false)
    await client.subscribe('kept')
    assert.equal((await client.next('publish')).retain, true)
    client.publish('kept', '', { retain: true })
    await client.lose()
  })

  it('ends with UNSUBSCRIBE [MQTT-3.10.4-2]', async () => {
    const client = await TestClient.connect({ ...broker, version: 5, clientId: 'unsubscribe' })
    await client.subscribe('u')
    client.raw.send({ type: 'unsubscribe', packetId: 9, topicFilters: ['u', 'never'] })
    assert.deepEqual((await client.next('unsuback')).reasonCodes, [0, reasonCodes.NO_SUBSCRIPTION_EXISTED])
    client.publish('u', 'x')
    await client.ping()
    assert.deepEqual(client.messages(), [])
    await client.lose()
  })

  it('publishes the will of a connection that ends without DISCONNECT, and only then [MQTT-3.1.2-8, -10]', async () => {
    const watcher = await TestClient.connect({ ...broker, clientId: 'watcher' })
    await watcher.subscribe('wills/#')
    const will = (topicName: string) => ({
      topicName,
      payload: Buffer.from('gone'),
      qos: 0 as const,
      retain: false,
    })
    const polite = await TestClient.connect({ ...broker, clientId: 'polite', will: will('wills/polite') })
    polite.raw.send({ type: 'disconnect', reasonCode: 0 })
    await polite.untilClosed()
    const lost = await TestClient.connect({ ...broker, clientId: 'lost', will: will('wills/lost') })
    await lost.lose()
    assert.deepEqual(await watcher.nextMessages(1), ['wills/lost gone'])
    await watcher.ping()
    assert.deepEqual(watcher.messages(), [])
    await watcher.lose()
  })

  it('closes the connection of whoever publishes to a wildcard [MQTT-3.3.2-2]', async () => {
    for (const topic of ['a/+', '#']) {
      const client = await TestClient.connect({ ...broker, version: 5, clientId: 'wild' })
      // The codec would not write such a packet: topic length, topic name, no properties.
      const body = Buffer.concat([Buffer.from([0, topic.length]), Buffer.from(topic), Buffer.from([0])])
      client.raw.sendBytes(Buffer.concat([Buffer.from([0x30, body.length]), body]))
      assert.equal((await client.next('disconnect')).reasonCode, reasonCodes.TOPIC_NAME_INVALID)
      await client.untilClosed()
    }
  })
})

describe('sessions', () => {
  it('that are not clean keep subscriptions, not messages (W 2.8) [3.1.1:MQTT-3.1.2-4]', async () => {
    const broker = await serve()
    const first = await TestClient.connect({ ...broker, clientId: 'kept', clean: false })
    await first.subscribe('s/#')
    await first.lose()
    const other = await TestClient.connect({ ...broker, clientId: 'other' })
    other.publish('s/1', 'missed')
    await other.ping()
    const second = await TestClient.open(broker)
    assert.equal((await second.signIn({ clientId: 'kept', clean: false })).sessionPresent, true)
    other.publish('s/2', 'heard')
    assert.deepEqual(await second.nextMessages(1), ['s/2 heard'])
    await second.lose()
    const third = await TestClient.open(broker)
    assert.equal((await third.signIn({ clientId: 'kept', clean: true })).sessionPresent, false)
    other.publish('s/3', 'unheard')
    await other.ping()
    await third.ping()
    assert.deepEqual(third.messages(), [])
    await broker.close()
  })
})

describe('bounds', () => {
  it('closes a connection whose packet is too large before its bytes are collected, with 0x95 in version 5', async () => {
    const broker = await serve()
    const client = await TestClient.connect({ ...broker, version: 5 })
    client.raw.sendBytes(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]))
    assert.equal((await client.next('disconnect')).reasonCode, reasonCodes.PACKET_TOO_LARGE)
    await client.untilClosed()
    await broker.close()
  })

  it('drops a payload larger than its topic allows, counts it, and keeps the connection', async () => {
    const policy: AccessPolicy = {
      ...openPolicy,
      publish: (_, topic) => ({ topic, payloadBytesMax: 10, mayRetain: false }),
    }
    const broker = await serve({ policy })
    const client = await TestClient.connect({ ...broker, version: 5 })
    await client.subscribe('a')
    for (const size of [10, 11, 10]) client.publish('a', 'x'.repeat(size))
    client.publish('a', 'x'.repeat(11), { qos: 1, packetId: 3 })
    assert.equal((await client.nextMessages(2)).length, 2)
    assert.equal((await client.next('puback')).reasonCode, reasonCodes.QUOTA_EXCEEDED)
    assert.equal(broker.broker.counters().dropped_payload_too_large, 2)
    await broker.close()
  })

  it('drops what a reader who has stopped cannot take, counts every one, then closes it; others get everything', async (t) => {
    const broker = await serveFor(t, { limits: { outboxBytesMax: 65_536 } })
    const stopped = await TestClient.connect({ ...broker, clientId: 'stopped' })
    await stopped.subscribe('a')
    const reader = await TestClient.connect({ ...broker, clientId: 'reader' })
    await reader.subscribe('a')
    const sender = await TestClient.connect({ ...broker, clientId: 'sender' })
    stopped.raw.socket.pause()
    const count = 5_000
    for (let index = 0; index < count; index += 10) {
      for (let i = 0; i < 10; i++) sender.publish('a', `${index + i}`.padEnd(4_000))
      await reader.nextMessages(10)
    }
    // Not before: what is sent to one reader alone would not be two messages.
    broker.broker.useLimits({ outboxStuckSeconds: 1 })
    await waitUntil('the stopped reader is closed', () => broker.broker.connectionCount === 2)
    stopped.raw.socket.resume()
    await stopped.untilClosed()
    await reader.ping()
    const counters = broker.broker.counters()
    const drops = (counters.dropped_outbox_full ?? 0) + (counters.dropped_connection_closed ?? 0)
    assert.ok((counters.dropped_outbox_full ?? 0) > 0)
    assert.equal(counters.messages_sent, 2 * count - drops, 'sent = delivered + counted drops')
  })

  it('refuses filters beyond the bound of one SUBSCRIBE and of one connection with 0x97 and 0x80', async () => {
    const broker = await serve({ limits: { filtersPerSubscribeMax: 3, subscriptionsPerConnectionMax: 4 } })
    const v5 = await TestClient.connect({ ...broker, version: 5, clientId: 'five' })
    const quota = reasonCodes.QUOTA_EXCEEDED
    assert.deepEqual((await v5.subscribe('1', '2', '3', '4')).reasonCodes, [0, 0, 0, quota])
    assert.deepEqual((await v5.subscribe('4', '5', '1')).reasonCodes, [0, quota, 0])
    const v4 = await TestClient.connect({ ...broker, clientId: 'four' })
    assert.deepEqual((await v4.subscribe('1', '2', '3', '4')).reasonCodes, [0, 0, 0, 0x80])
    await broker.close()
  })

  it('refuses filters whose levels are too many together with 0x97, and takes them when others are gone', async () => {
    const broker = await serve({ limits: { filterLevelsPerConnectionMax: 10 } })
    const client = await TestClient.connect({ ...broker, version: 5 })
    const quota = reasonCodes.QUOTA_EXCEEDED
    assert.deepEqual((await client.subscribe('a/b/c/d', 'a/b/c/d/e/f', 'a')).reasonCodes, [0, 0, quota])
    client.raw.send({ type: 'unsubscribe', packetId: 1, topicFilters: ['a/b/c/d'] })
    await client.next('unsuback')
    assert.deepEqual((await client.subscribe('a')).reasonCodes, [0])
    await broker.close()
  })

  it('refuses a malformed filter in the SUBACK and keeps the connection [MQTT-4.7.1-1]', async () => {
    const broker = await serve()
    const client = await TestClient.connect({ ...broker, version: 5 })
    const invalid = reasonCodes.TOPIC_FILTER_INVALID
    assert.deepEqual((await client.subscribe('a/#/b', 'a', 'a+')).reasonCodes, [invalid, 0, invalid])
    await client.ping()
    await broker.close()
  })

  it('closes a connection that sends no CONNECT in time, and one that is silent for 1.5 × keep alive [MQTT-3.1.2-22]', async () => {
    const broker = await serve({ limits: { connectSeconds: 0.5 } })
    const silent = await TestClient.open(broker)
    const asleep = await TestClient.connect({ ...broker, version: 5, keepAliveSeconds: 1 })
    await silent.untilClosed()
    assert.equal((await asleep.next('disconnect')).reasonCode, reasonCodes.KEEP_ALIVE_TIMEOUT)
    await asleep.untilClosed()
    await broker.close()
  })

  it('tells version 5 clients when it shuts down', async () => {
    const broker = await serve()
    const client = await TestClient.connect({ ...broker, version: 5 })
    await broker.close()
    assert.equal((await client.next('disconnect')).reasonCode, reasonCodes.SERVER_SHUTTING_DOWN)
    await client.untilClosed()
  })
})

describe('a deliberate close', () => {
  it('lets what waits for a slow reader go out first, the reason last', async () => {
    const broker = await serve({ limits: { outboxBytesMax: 33_554_432 } })
    const client = await TestClient.connect({ ...broker, version: 5 })
    await client.subscribe('a')
    client.raw.socket.pause()
    // More than the kernel takes on both sides.
    const payload = Buffer.alloc(200_000)
    const count = 100
    for (let i = 0; i < count; i++) broker.broker.publish('a', payload)
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.equal(
      broker.broker.disconnect(({ key }) => key === 'open', reasonCodes.ADMINISTRATIVE_ACTION, 'go'),
      1,
    )
    client.raw.socket.resume()
    assert.equal((await client.nextMessages(count)).length, count)
    assert.equal((await client.next('disconnect')).reasonCode, reasonCodes.ADMINISTRATIVE_ACTION)
    await client.untilClosed()
    assert.equal(broker.broker.counters().dropped_connection_closed, undefined)
    await broker.close()
  })

  it('is not put off by a client that goes on sending', async () => {
    const broker = await serve({ limits: { closeSeconds: 1.2 } })
    const socket = net.connect({ port: broker.port, host: '127.0.0.1', allowHalfOpen: true })
    socket.on('error', () => {})
    // Not a CONNECT; the broker ends its side, this one does not.
    const chatter = setInterval(() => socket.write(Buffer.from('c000', 'hex')), 50)
    await waitUntil('the connection is there', () => broker.broker.connectionCount === 1)
    await waitUntil('and gone', () => broker.broker.connectionCount === 0)
    clearInterval(chatter)
    await broker.close()
  })
})

describe('Publisher', () => {
  it('reaches subscribers in the network and in the process, and says how many', async () => {
    const broker = await serve()
    const client = await TestClient.connect(broker)
    await client.subscribe('p/#')
    const heard: string[] = []
    const end = broker.broker.subscribe(
      'p/+',
      (topic, payload) => void heard.push(`${topic} ${Buffer.from(payload)}`),
    )
    assert.equal(broker.broker.publish('p/1', Buffer.from('one')), 2)
    client.publish('p/2', 'two')
    assert.deepEqual(await client.nextMessages(2), ['p/1 one', 'p/2 two'])
    assert.deepEqual(heard, ['p/1 one', 'p/2 two'])
    end()
    assert.equal(broker.broker.publish('p/3', Buffer.from('three')), 1)
    assert.equal(broker.broker.publish('q', Buffer.from('nobody')), 0)
    assert.equal(heard.length, 2)
    await broker.close()
  })
})

describe('an identity that is exclusive', () => {
  it('holds one connection, whatever the client ids (W 1)', async () => {
    const one: AccessPolicy = {
      ...openPolicy,
      connect: () => ({ identity: { key: 'one', role: 'test', name: 'one', exclusive: true } }),
    }
    const broker = await serve({ policy: one })
    const older = await TestClient.connect({ ...broker, version: 5, clientId: 'older' })
    const newer = await TestClient.connect({ ...broker, version: 5, clientId: 'newer' })
    assert.equal((await older.next('disconnect')).reasonCode, reasonCodes.SESSION_TAKEN_OVER)
    await older.untilClosed()
    await newer.ping()
    await broker.close()
  })
})
