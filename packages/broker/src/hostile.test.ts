import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { reasonCodes } from '@pillion/packet'
import { waitUntil } from '@pillion/testkit'
import { serve, serveFor } from './fixtures/test-broker.ts'
import { TestClient } from './fixtures/test-client.ts'
import { openPolicy } from './open-policy.ts'
import type { AccessPolicy } from './ports/access-policy.ts'

describe('bytes that nobody should send', () => {
  it('do not reach others: a Remaining Length longer than it needs to be [MQTT-1.5.5-1]', async () => {
    const broker = await serve()
    for (const bytes of ['308500000161', '30858000000161'].map((hex) => Buffer.from(`${hex}6262`, 'hex'))) {
      const reader = await TestClient.connect({ ...broker, clientId: 'reader' })
      await reader.subscribe('a')
      const sender = await TestClient.connect({ ...broker, clientId: 'sender' })
      sender.raw.sendBytes(bytes)
      await sender.untilClosed()
      await reader.ping()
      assert.deepEqual(reader.messages(), [])
      await reader.lose()
    }
    await broker.close()
  })

  it('CONNECT in drops does not put off its time-out', async () => {
    const broker = await serve({ limits: { connectSeconds: 1 } })
    const client = await TestClient.open(broker)
    const dribble = setInterval(() => client.raw.sendBytes(Buffer.from([0x10])), 200)
    await client.untilClosed()
    clearInterval(dribble)
    await broker.close()
  })
})

describe('names that are too long', () => {
  it('of topics are refused, and neither kept nor logged in full', async () => {
    const broker = await serve()
    const client = await TestClient.connect({ ...broker, version: 5 })
    for (let index = 0; index < 100; index++) client.publish(`${index}`.padEnd(60_000, 'x'), '')
    client.publish('x'.repeat(2_000), '', { qos: 1, packetId: 1 })
    assert.equal((await client.next('puback')).reasonCode, reasonCodes.TOPIC_NAME_INVALID)
    assert.equal(broker.broker.counters().dropped_topic_too_long, 101)
    assert.ok(broker.lines.every((line) => line.length < 1_000))
    await broker.close()
  })

  it('of filters are refused as they were written, before the policy shortens them', async () => {
    const policy = { ...openPolicy, subscribe: () => ({ filter: 'short/#', form: '' }) }
    const broker = await serve({ policy })
    const client = await TestClient.connect({ ...broker, version: 5 })
    const { reasonCodes: codes } = await client.subscribe('x'.repeat(2_000), 'a/'.repeat(200), 'fine')
    const quota = reasonCodes.QUOTA_EXCEEDED
    assert.deepEqual(codes, [quota, quota, 0])
    await broker.close()
  })

  it('of clients are refused', async () => {
    const broker = await serve()
    const client = await TestClient.open({ ...broker, version: 5 })
    const connack = await client.signIn({ clientId: 'x'.repeat(257) })
    assert.equal(connack.reasonCode, reasonCodes.CLIENT_IDENTIFIER_NOT_VALID)
    await TestClient.connect({ ...broker, clientId: 'x'.repeat(256) })
    await broker.close()
  })
})

describe('the log', () => {
  it('has a bound per connection and minute, whatever it does wrong', async () => {
    const broker = await serve()
    const client = await TestClient.connect({ ...broker, version: 5 })
    await client.subscribe(...Array.from({ length: 2_000 }, (_, index) => `a/#/${index}`))
    for (let index = 0; index < 2_000; index++) client.publish(`$SYS/${index}`, '')
    await client.ping()
    assert.ok(broker.lines.length > 10 && broker.lines.length < 50, `${broker.lines.length} lines`)
    await broker.close()
  })

  it('names a client that asks and does not read once', async () => {
    const broker = await serve({ limits: { outboxBytesMax: 1_000 } })
    const client = await TestClient.connect(broker)
    client.raw.socket.pause()
    const requests = Buffer.alloc(200_000, Buffer.from([0xc0, 0]))
    client.raw.socket.on('error', () => {})
    for (let index = 0; index < 200 && broker.broker.connectionCount > 0; index++) {
      client.raw.sendBytes(requests)
      await wait(5)
    }
    await waitUntil('it is closed', () => broker.broker.connectionCount === 0)
    assert.equal(broker.lines.filter((line) => line.includes('outbox_full')).length, 1)
    await broker.close()
  })
})

describe('a policy', () => {
  const away = () => {
    throw new Error('store away')
  }

  it('that throws at once refuses one message and one filter, and the connection stays', async () => {
    const broker = await serve({ policy: { ...openPolicy, publish: away, subscribe: away } })
    const client = await TestClient.connect({ ...broker, version: 5 })
    const { reasonCodes: codes } = await client.subscribe('a')
    assert.deepEqual(codes, [reasonCodes.UNSPECIFIED_ERROR])
    client.publish('a', '', { qos: 1, packetId: 1 })
    assert.equal((await client.next('puback')).reasonCode, reasonCodes.UNSPECIFIED_ERROR)
    client.publish('a', '', { qos: 2, packetId: 2 })
    assert.equal((await client.next('pubrec')).reasonCode, reasonCodes.UNSPECIFIED_ERROR)
    await client.ping()
    await broker.close()
  })
})

describe('a receiver in the process', () => {
  it('that fails disturbs neither sender nor wills', async () => {
    const broker = await serve()
    broker.broker.subscribe('#', () => {
      throw new Error('receiver')
    })
    const will = { topicName: 'will', payload: new Uint8Array(), qos: 0 as const, retain: false }
    const client = await TestClient.connect({ ...broker, will })
    client.publish('a', '')
    await client.ping()
    await client.lose()
    await waitUntil('both failures are in the log', () => {
      return broker.lines.filter((line) => line.includes('an in-process receiver failed')).length === 2
    })
    await broker.close()
  })
})

describe('a connection that is reset', () => {
  it('counts what it did not take as lost, not as sent', async () => {
    const broker = await serve()
    const reader = await TestClient.connect({ ...broker, clientId: 'reader' })
    await reader.subscribe('a')
    const sender = await TestClient.connect({ ...broker, clientId: 'sender' })
    reader.raw.socket.pause()
    const messages = 200
    for (let index = 0; index < messages; index++) {
      sender.publish('a', 'x'.repeat(60_000))
      if (index % 10 === 0) await sender.ping()
    }
    await sender.ping()
    reader.raw.socket.resetAndDestroy()
    await waitUntil('it is gone', () => broker.broker.connectionCount === 1)
    const counters = broker.broker.counters()
    const lost = (counters.dropped_connection_closed ?? 0) + (counters.dropped_outbox_full ?? 0)
    assert.ok((counters.dropped_connection_closed ?? 0) > 0)
    assert.equal((counters.messages_sent ?? 0) + lost, messages)
    await broker.close()
  })
})

describe('QoS 2', () => {
  it('is not delivered twice across a session that is resumed [MQTT-4.3.3-10]', async () => {
    const broker = await serve()
    const watcher = await TestClient.connect({ ...broker, clientId: 'watcher' })
    await watcher.subscribe('q')
    const first = await TestClient.connect({ ...broker, clientId: 'kept', clean: false })
    first.publish('q', 'once', { qos: 2, packetId: 5 })
    await first.next('pubrec')
    await first.lose()
    const second = await TestClient.connect({ ...broker, clientId: 'kept', clean: false })
    second.publish('q', 'once', { qos: 2, packetId: 5, dup: true })
    await second.next('pubrec')
    await second.ping()
    await watcher.ping()
    assert.deepEqual(watcher.messages(), ['q once'])
    await broker.close()
  })
})

describe('version 5 authentication methods', () => {
  it('are refused [MQTT-4.12.0-1]', async () => {
    const broker = await serve()
    const client = await TestClient.open({ ...broker, version: 5 })
    const connack = await client.signIn({ properties: { authenticationMethod: 'SCRAM' } })
    assert.equal(connack.reasonCode, reasonCodes.BAD_AUTHENTICATION_METHOD)
    await broker.close()
  })
})

describe('received bytes', () => {
  it('are copied by whoever waits: a will is not made of what others sent meanwhile', async (t) => {
    const slow = new Set(['victim'])
    const policy: AccessPolicy = {
      ...openPolicy,
      connect: async (credentials) => {
        if (slow.has(credentials.clientId)) await wait(100)
        return openPolicy.connect(credentials)
      },
    }
    const broker = await serveFor(t, { policy })
    const watcher = await TestClient.connect({ ...broker, clientId: 'watcher' })
    await watcher.subscribe('wills')
    const payload = Buffer.from('what the victim wanted to be said at the very end')
    const properties = { correlationData: Buffer.from('its own correlation data') }
    const victim = await TestClient.open({ ...broker, version: 5 })
    const will = { topicName: 'wills', payload, qos: 0, retain: false, properties } as const
    const signedIn = victim.signIn({ clientId: 'victim', will })
    // Each of them ends a turn of the event loop and begins another one in the same memory.
    for (let index = 0; index < 10; index++) {
      await TestClient.connect({
        ...broker,
        clientId: `${index}`,
        username: 'u',
        password: Buffer.alloc(90, 'p'),
      })
    }
    assert.equal((await signedIn).reasonCode, 0)
    await victim.lose()
    assert.deepEqual(await watcher.nextMessages(1), [`wills ${payload}`])
  })
})

describe('a client that closes its side at once', () => {
  it('still gets every answer, however long that takes', async (t) => {
    const policy: AccessPolicy = {
      ...openPolicy,
      connect: async (credentials) => {
        await wait(50)
        return openPolicy.connect(credentials)
      },
    }
    const broker = await serveFor(t, { policy })
    const client = await TestClient.open(broker)
    const connected = client.signIn({})
    const payload = Buffer.from('x')
    client.raw.send({
      type: 'publish',
      dup: false,
      qos: 1,
      retain: false,
      topicName: 'a',
      packetId: 7,
      payload,
    })
    client.raw.send({ type: 'pingreq' })
    client.raw.socket.end()
    assert.equal((await connected).reasonCode, 0)
    assert.equal((await client.next('puback')).packetId, 7)
    await client.next('pingresp')
    await client.untilClosed()
  })
})
