import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Properties, type Publish, reasonCodes } from '@pillion/packet'
import { waitUntil } from '@pillion/testkit'
import { readClock } from '../clock.ts'
import { serve } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'
import { MemoryRelay, MemoryRelayHub } from '../memory/relay.ts'
import { MemoryRetainedMessages } from '../memory/retained-messages.ts'
import { openPolicy } from '../open-policy.ts'
import type { AccessPolicy } from '../ports/access-policy.ts'
import type { RetainedMessage } from '../ports/retained-messages.ts'

describe('a retained message', () => {
  let broker: Awaited<ReturnType<typeof serve>>
  const retained = new MemoryRetainedMessages()
  before(async () => {
    broker = await serve({ retained })
  })
  after(() => broker.close())

  it('is the last one published with RETAIN, whatever its QoS; others leave it alone [MQTT-3.3.1-5, -8] [3.1.1:MQTT-3.3.1-7]', async () => {
    const client = await TestClient.connect({ ...broker, clientId: 'last' })
    for (const qos of [2, 1, 0] as const) {
      const packetId = qos === 0 ? {} : { packetId: 1 }
      client.publish('last', `at ${qos}`, { retain: true, qos, ...packetId })
      client.publish('last', 'not retained', { qos, ...packetId, ...(qos === 2 ? { packetId: 2 } : {}) })
      await client.ping()
      client.received = []
      await client.subscribe('last')
      assert.deepEqual(await client.nextMessages(1), [`last at ${qos}`])
      client.raw.send({ type: 'unsubscribe', packetId: 9, topicFilters: ['last'] })
      await client.next('unsuback')
    }
    await client.lose()
  })

  it('comes with RETAIN 1 and QoS 0 to a new subscription, with RETAIN 0 to one that stands [MQTT-3.3.1-12] [3.1.1:MQTT-3.3.1-6, -8]', async () => {
    for (const version of [3, 4, 5] as const) {
      const client = await TestClient.connect({ ...broker, version, clientId: 'flag' })
      await client.subscribe('flag')
      client.publish('flag', 'text', { retain: true, qos: 1, packetId: 1 })
      assert.equal((await client.next('publish')).retain, false)
      await client.next('puback')
      await client.subscribe({ topicFilter: 'flag', qos: 2 })
      const { retain, qos, dup } = await client.next('publish')
      assert.deepEqual({ retain, qos, dup }, { retain: true, qos: 0, dup: false })
      client.publish('flag', '', { retain: true })
      await client.lose()
    }
  })

  it('is marked so whatever Retain As Published says (3.3.1.3)', async () => {
    const client = await TestClient.connect({ ...broker, version: 5, clientId: 'rap' })
    client.publish('rap', 'text', { retain: true })
    for (const retainAsPublished of [true, false]) {
      await client.subscribe({ topicFilter: 'rap', retainAsPublished })
      assert.equal((await client.next('publish')).retain, true)
    }
    await client.lose()
  })

  it('ends with an empty one, which is delivered as any other and not kept [MQTT-3.3.1-6, -7]', async () => {
    const client = await TestClient.connect({ ...broker, version: 5, clientId: 'empty' })
    client.publish('empty', 'text', { retain: true })
    await client.subscribe({ topicFilter: 'empty', retainHandling: 2, retainAsPublished: true })
    client.publish('empty', '', { retain: true, qos: 1, packetId: 1 })
    const { payload, retain } = await client.next('publish')
    assert.deepEqual({ text: `${payload}`, retain }, { text: '', retain: true })
    assert.equal((await client.next('puback')).reasonCode, reasonCodes.SUCCESS)
    await client.subscribe('empty')
    await client.ping()
    assert.deepEqual(client.messages(), [])
    assert.equal(retained.find('empty'), undefined)
    await client.lose()
  })

  it('keeps its properties for subscribers of version 5; those of 3.x get it without [MQTT-3.3.2-4] [MQTT-3.3.2-15, -16, -17, -20]', async () => {
    const sender = await TestClient.connect({ ...broker, version: 5, clientId: 'sender' })
    const properties = {
      payloadFormatIndicator: 1,
      contentType: 'text/plain',
      responseTopic: 'answers',
      correlationData: Buffer.from([1, 2]),
      userProperties: [
        ['a', 'b'],
        ['a', 'c'],
      ],
    } as const
    sender.publish('props', 'text', { retain: true, properties })
    // What follows in the same chunk must not end up in what is kept.
    sender.publish('props/2', 'x'.repeat(50_000))
    await sender.ping()
    for (const version of [3, 4, 5] as const) {
      const client = await TestClient.connect({ ...broker, version })
      await client.subscribe('props')
      const message = await client.next('publish')
      assert.equal(`${message.payload}`, 'text')
      if (version === 5) assert.deepEqual(bare(message.properties), bare(properties))
      else assert.equal(message.properties, undefined)
      await client.lose()
    }
    await sender.lose()
  })

  it('is sent with what is left of its expiry, in seconds begun [MQTT-3.3.2-6]', async () => {
    const properties = { contentType: 'x' }
    retained.keep('expiry', keepable({ properties, expiresAt: readClock() + 42_500 }))
    const client = await TestClient.connect({ ...broker, version: 5, clientId: 'expiry' })
    await client.subscribe('expiry')
    const got = (await client.next('publish')).properties
    assert.deepEqual({ ...got }, { ...properties, messageExpirySeconds: 43 })
    // And from a client: it has hardly waited.
    client.publish('expiry/2', 'text', { retain: true, properties: { messageExpirySeconds: 100 } })
    await client.subscribe('expiry/2')
    const left = (await client.next('publish')).properties?.messageExpirySeconds ?? 0
    assert.ok(left > 90 && left <= 100, `${left} s`)
    await client.lose()
  })

  it('is not sent once its expiry has passed, is counted, and its room is free again [MQTT-3.3.2-5]', async () => {
    const client = await TestClient.connect({ ...broker, version: 5, clientId: 'expired' })
    const before = retained.count
    client.publish('expired/0', 'text', { retain: true, properties: { messageExpirySeconds: 0 } })
    client.publish('expired/1', 'text', { retain: true, properties: { messageExpirySeconds: 1 } })
    await client.ping()
    assert.equal(retained.count, before + 2)
    await client.subscribe('expired/0')
    await client.ping()
    assert.deepEqual(client.messages(), [])
    await waitUntil('both are gone', () => retained.count === before)
    await client.subscribe('expired/#')
    await client.ping()
    assert.deepEqual(client.messages(), [])
    assert.equal(broker.broker.counters().retained_expired, 2)
    await client.lose()
  })

  it('is dropped and counted if the client takes no packet of its size; the others come [MQTT-3.1.2-24, -25]', async () => {
    const sender = await TestClient.connect({ ...broker, clientId: 'sizes' })
    for (const size of [10, 100, 20]) sender.publish(`size/${size}`, 'x'.repeat(size), { retain: true })
    await sender.ping()
    const before = broker.broker.counters().dropped_larger_than_client_accepts ?? 0
    const client = await TestClient.connect({ ...broker, version: 5, properties: { packetBytesMax: 60 } })
    await client.subscribe('size/#')
    await client.ping()
    assert.deepEqual(
      client
        .messages()
        .map((message) => message.split(' ')[0])
        .sort(),
      ['size/10', 'size/20'],
    )
    assert.equal(broker.broker.counters().dropped_larger_than_client_accepts, before + 1)
    await client.lose()
    await sender.lose()
  })

  it('carries the identifier of the subscription that brought it [MQTT-3.3.4-3]', async () => {
    const client = await TestClient.connect({ ...broker, version: 5, clientId: 'identifier' })
    client.publish('id/1', 'text', { retain: true, properties: { contentType: 'x' } })
    const options = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
    for (const [topicFilter, identifier] of [
      ['id/+', 7],
      ['id/#', 8],
    ] as const) {
      client.raw.send({
        type: 'subscribe',
        packetId: 1,
        subscriptions: [{ topicFilter, ...options }],
        properties: { subscriptionIdentifiers: [identifier] },
      })
      await client.next('suback')
      const { properties } = await client.next('publish')
      assert.deepEqual({ ...properties }, { contentType: 'x', subscriptionIdentifiers: [identifier] })
    }
    await client.lose()
  })

  it('does not come to a shared subscription (4.8.2)', async () => {
    const client = await TestClient.connect({ ...broker, version: 5, clientId: 'shared' })
    client.publish('shared', 'text', { retain: true })
    await client.subscribe('$share/group/shared')
    await client.ping()
    assert.deepEqual(client.messages(), [])
    await client.lose()
  })

  it('does not come back with No Local to the client that published it [MQTT-3.8.3-3]', async () => {
    const own = await TestClient.connect({ ...broker, version: 5, clientId: 'own' })
    const other = await TestClient.connect({ ...broker, version: 5, clientId: 'other' })
    own.publish('nl/1', 'text', { retain: true })
    other.publish('nl/2', 'text', { retain: true })
    await own.ping()
    await other.ping()
    await own.subscribe({ topicFilter: 'nl/+', noLocal: true })
    await own.ping()
    assert.deepEqual(own.messages(), ['nl/2 text'])
    await own.lose()
    await other.lose()
  })

  it('does not come again when a session goes on: only a SUBSCRIBE brings it (3.8.4)', async () => {
    const options = { ...broker, clientId: 'resumed', clean: false }
    const first = await TestClient.connect(options)
    first.publish('resumed', 'text', { retain: true })
    await first.subscribe('resumed')
    assert.deepEqual(await first.nextMessages(1), ['resumed text'])
    await first.lose()
    const second = await TestClient.connect(options)
    await second.ping()
    assert.deepEqual(second.messages(), [])
    await second.lose()
  })

  it('comes behind the SUBACK, once for each filter of the SUBSCRIBE that matches it', async () => {
    const client = await TestClient.connect({ ...broker, clientId: 'filters' })
    client.publish('f/1', 'text', { retain: true })
    client.publish('f/2', 'text', { retain: true })
    await client.subscribe('f/1', 'f/+')
    const messages = await client.nextMessages(3)
    assert.deepEqual(messages.sort(), ['f/1 text', 'f/1 text', 'f/2 text'])
    await client.lose()
  })

  it('that nobody is subscribed to is not counted as lost', async () => {
    const before = broker.broker.counters().dropped_no_receiver ?? 0
    const client = await TestClient.connect({ ...broker, version: 5, clientId: 'nobody' })
    client.publish('nobody', 'text', { retain: true, qos: 1, packetId: 1 })
    assert.equal((await client.next('puback')).reasonCode, reasonCodes.NO_MATCHING_SUBSCRIBERS)
    client.publish('nobody', 'text', { qos: 1, packetId: 1 })
    await client.next('puback')
    assert.equal((broker.broker.counters().dropped_no_receiver ?? 0) - before, 1)
    await client.lose()
  })
})

describe('the bounds of retained messages', () => {
  const quota = reasonCodes.QUOTA_EXCEEDED

  it('beyond them a message is delivered, counted and acknowledged with 0x97 in version 5, not retained (3.4.2.1)', async () => {
    const broker = await serve({ limits: { retainedMessagesMax: 2 } })
    const reader = await TestClient.connect({ ...broker, clientId: 'reader' })
    await reader.subscribe('#')
    const v5 = await TestClient.connect({ ...broker, version: 5, clientId: 'five' })
    const codes: number[] = []
    for (const topic of ['a', 'b', 'c', 'a']) {
      v5.publish(topic, 'one', { retain: true, qos: 1, packetId: 1 })
      codes.push((await v5.next('puback')).reasonCode)
    }
    assert.deepEqual(codes, [0, 0, quota, 0])
    v5.publish('c', 'two', { retain: true, qos: 2, packetId: 2 })
    assert.equal((await v5.next('pubrec')).reasonCode, quota)
    v5.publish('c', 'none', { retain: true })
    const v4 = await TestClient.connect({ ...broker, clientId: 'four' })
    v4.publish('c', 'three', { retain: true, qos: 1, packetId: 1 })
    await v4.next('puback')
    const expected = ['a one', 'b one', 'c one', 'a one', 'c two', 'c none', 'c three']
    assert.deepEqual(await reader.nextMessages(7), expected)
    assert.equal(broker.broker.counters().retained_refused, 4)
    await v4.subscribe('#')
    await v4.ping()
    assert.deepEqual(v4.messages().sort(), ['a one', 'b one'])
    // Deleting makes room.
    v5.publish('a', '', { retain: true })
    v5.publish('c', 'four', { retain: true, qos: 1, packetId: 3 })
    assert.equal((await v5.next('puback')).reasonCode, 0)
    await broker.close()
  })

  it('are bytes, too, topic names included', async () => {
    const broker = await serve({ limits: { retainedBytesMax: 1_000 } })
    const client = await TestClient.connect({ ...broker, version: 5 })
    const codes: number[] = []
    for (const [topic, size] of [
      ['x'.repeat(500), 501],
      ['x'.repeat(500), 500],
      ['y', 1],
    ] as const) {
      client.publish(topic, 'x'.repeat(size), { retain: true, qos: 1, packetId: 1 })
      codes.push((await client.next('puback')).reasonCode)
    }
    assert.deepEqual(codes, [quota, reasonCodes.NO_MATCHING_SUBSCRIBERS, quota])
    await broker.close()
  })

  it('hold per identity, wills included, so that nobody fills the room of others', async () => {
    const byName: AccessPolicy = {
      ...openPolicy,
      connect: ({ username = '' }) => ({ identity: { key: username, role: 'test', name: username } }),
    }
    const broker = await serve({ policy: byName, limits: { retainedPerIdentityMax: 2 } })
    const will = { topicName: 'e', payload: Buffer.from('will'), qos: 0, retain: true } as const
    const [alice, again, bob] = await Promise.all(
      [
        ['alice', 'one'],
        ['alice', 'two'],
        ['bob', 'one'],
      ].map(([username = '', clientId = '']) =>
        TestClient.connect({ ...broker, version: 5, username, clientId, will }),
      ),
    )
    assert.ok(alice && again && bob)
    const keep = async (client: TestClient, topic: string) => {
      client.publish(topic, 'text', { retain: true, qos: 1, packetId: 1 })
      return (await client.next('puback')).reasonCode
    }
    const ok = reasonCodes.NO_MATCHING_SUBSCRIBERS
    assert.deepEqual([await keep(alice, 'a'), await keep(again, 'b')], [ok, ok])
    assert.deepEqual([await keep(alice, 'c'), await keep(again, 'a')], [quota, ok])
    assert.deepEqual([await keep(bob, 'c'), await keep(bob, 'd'), await keep(bob, 'a')], [ok, ok, quota])
    assert.equal(await keep(alice, 'f'), ok)
    await alice.lose()
    await waitUntil('her will is refused', () => broker.broker.counters().retained_refused === 3)
    await bob.subscribe('#')
    await bob.ping()
    // Of `a` nothing is kept: the one there was is out of date [3.1.1:MQTT-3.3.1-7].
    assert.deepEqual(bob.messages().sort(), ['b text', 'c text', 'd text', 'f text'])
    await broker.close()
  })

  it('do not hold per identity where everybody has the same', async () => {
    const broker = await serve({ limits: { retainedPerIdentityMax: 1 } })
    const client = await TestClient.connect({ ...broker, version: 5 })
    for (const topic of ['a', 'b', 'c']) client.publish(topic, 'text', { retain: true })
    await client.subscribe('#')
    await client.ping()
    assert.equal(client.messages().length, 3)
    await broker.close()
  })
})

describe('a message from another node', () => {
  it('is retained here too, with its properties, though nobody held interest; and counts for its identity', async () => {
    const hub = new MemoryRelayHub()
    const here = await serve({ relay: new MemoryRelay(hub) })
    const retained = new MemoryRetainedMessages()
    const there = await serve({ relay: new MemoryRelay(hub), retained })
    const sender = await TestClient.connect({ ...here, version: 5, clientId: 'sender' })
    const properties = { contentType: 'x', correlationData: Buffer.from([7]), messageExpirySeconds: 60 }
    sender.publish('a', 'text', { retain: true, properties })
    await waitUntil('it is kept there', () => retained.count === 1)
    assert.equal(retained.find('a')?.publisher, 'open\0sender')
    const client = await TestClient.connect({ ...there, version: 5 })
    await client.subscribe('a')
    const message = await client.next('publish')
    assert.equal(message.retain, true)
    assert.deepEqual(bare(message.properties), bare(properties))
    sender.publish('a', '', { retain: true })
    await waitUntil('it is deleted there', () => retained.count === 0)
    await here.close()
    await there.close()
  })

  it('keeps RETAIN for Retain As Published, and its properties; kept only where its topic retains [MQTT-3.3.1-13]', async () => {
    const hub = new MemoryRelayHub()
    const forgetful: AccessPolicy = {
      ...openPolicy,
      publish: (_, topic) => ({ topic, payloadBytesMax: Infinity, mayRetain: false }),
    }
    const here = await serve({ relay: new MemoryRelay(hub), policy: forgetful })
    const retained = new MemoryRetainedMessages()
    const there = await serve({ relay: new MemoryRelay(hub), retained })
    const client = await TestClient.connect({ ...there, version: 5 })
    await client.subscribe({ topicFilter: 'a', retainAsPublished: true })
    const sender = await TestClient.connect({ ...here, version: 5, clientId: 'sender' })
    sender.publish('a', 'one', { retain: true, properties: { contentType: 'x' } })
    sender.publish('a', 'two', { properties: { contentType: 'y' } })
    sender.publish('a', 'three')
    const got: unknown[] = []
    for (let count = 0; count < 3; count++) {
      const { payload, retain, properties } = await client.next('publish')
      got.push([`${payload}`, retain, properties?.contentType])
    }
    assert.deepEqual(got, [
      ['one', true, 'x'],
      ['two', false, 'y'],
      ['three', false, undefined],
    ])
    assert.equal(retained.count, 0)
    await here.close()
    await there.close()
  })
})

function keepable(fields: Partial<RetainedMessage>): RetainedMessage {
  const plain = { properties: undefined, expiresAt: undefined, owner: '', publisher: '' }
  return { ...plain, payload: Buffer.from('text'), ...fields }
}

/** Without the class that bytes happen to have. */
function bare(properties: Properties | Publish['properties']) {
  const { correlationData, ...others } = properties ?? {}
  return { ...others, correlationData: [...(correlationData ?? [])] }
}
