import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Publish } from '@pillion/packet'
import type { Broker } from '../broker.ts'
import { serve } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'
import { MemoryRetainedMessages } from '../memory/retained-messages.ts'

/** Twenty megabytes: more than the kernel takes for a reader that has stopped. */
const COUNT = 1_000
const MESSAGE_BYTES = 20_000
/** `MemoryRetainedMessages` gives them in this order: the first are on their way, the last still wait. */
const [first, last] = ['a/0', `a/${COUNT - 1}`] as const

describe('many retained messages', () => {
  it('all come to a reader that reads, far beyond its outbox [MQTT-3.3.1-9]', async () => {
    const limits = { outboxBytesMax: 262_144, packetBytesMax: 65_536 }
    const broker = await serve({ retained: fill(), limits })
    const client = await TestClient.connect({ ...broker, version: 5 })
    await client.subscribe('#')
    const messages = await readAll(client, COUNT)
    assert.equal(new Set(messages.map(({ topicName }) => topicName)).size, COUNT)
    assert.ok(messages.every(({ retain, payload }) => retain && payload.length === MESSAGE_BYTES))
    assert.deepEqual(drops(broker), {})
    assert.equal(broker.broker.counters().messages_sent, COUNT)
    await broker.close()
  })

  it('wait for a reader that has stopped, and leave room for live messages', async () => {
    const { broker, client, resume } = await openStalled()
    const live = Array.from({ length: 500 }, (_, index) => `live/${index}`)
    for (const topic of live) broker.broker.publish(topic, Buffer.alloc(1_000))
    resume()
    const messages = await readAll(client, COUNT + live.length)
    assert.deepEqual(
      messages.map(({ topicName }) => topicName).filter((topic) => topic.startsWith('live/')),
      live,
    )
    assert.deepEqual(drops(broker), {})
    await broker.close()
  })

  it('keep nobody waiting who reads', async () => {
    const { broker } = await openStalled()
    const reader = await TestClient.connect({ ...broker, clientId: 'reader' })
    await reader.subscribe('a/+')
    assert.equal((await readAll(reader, COUNT)).length, COUNT)
    await broker.close()
  })

  it('that are replaced meanwhile come as they were delivered live, never the older after the newer [MQTT-4.6.0-5, -6]', async () => {
    const { broker, client, sender, resume } = await openStalled()
    for (const topic of [first, last, 'a/new']) sender.publish(topic, 'new', { retain: true })
    await sender.ping()
    resume()
    // The one that waited came only as its replacement.
    const messages = await readAll(client, COUNT + 2)
    assert.deepEqual(textsOf(messages, first), ['old', 'new'])
    assert.deepEqual(textsOf(messages, last), ['new'])
    assert.deepEqual(textsOf(messages, 'a/new'), ['new'])
    assert.deepEqual(drops(broker), {})
    await broker.close()
  })

  it('that are overtaken by a message that is not retained are left out, and counted', async () => {
    const { broker, client, sender, resume } = await openStalled()
    for (const topic of [first, last]) sender.publish(topic, 'live')
    await sender.ping()
    resume()
    const messages = await readAll(client, COUNT + 1)
    assert.deepEqual(textsOf(messages, first), ['old', 'live'])
    assert.deepEqual(textsOf(messages, last), ['live'])
    assert.deepEqual(drops(broker), { dropped_retained_overtaken: 1 })
    await broker.close()
  })

  it('that are deleted meanwhile do not come', async () => {
    const { broker, client, sender, resume } = await openStalled()
    sender.publish(last, '', { retain: true })
    await sender.ping()
    resume()
    const messages = await readAll(client, COUNT)
    assert.deepEqual(textsOf(messages, last), [''])
    await broker.close()
  })

  it('end with UNSUBSCRIBE, even if the same filter is subscribed to again without them [MQTT-3.10.4-2]', async () => {
    const { broker, client, resume } = await openStalled()
    client.raw.send({ type: 'unsubscribe', packetId: 2, topicFilters: ['#'] })
    client.raw.send({ type: 'subscribe', packetId: 3, subscriptions: [{ ...everything, retainHandling: 2 }] })
    resume()
    await client.ping()
    const came = client.received.filter(({ type }) => type === 'publish').length
    assert.ok(came > 0 && came < COUNT, `${came} came`)
    client.received = []
    client.raw.send({ type: 'unsubscribe', packetId: 4, topicFilters: ['#'] })
    await client.next('unsuback')
    assert.equal(broker.broker.publish(last, Buffer.from('x')), 0, 'nothing of it is left behind')
    await broker.close()
  })

  it('end with the connection', async () => {
    const { broker, client } = await openStalled()
    client.raw.socket.destroy()
    await settle(() => broker.broker.connectionCount)
    assert.equal(broker.broker.publish(last, Buffer.from('x')), 0, 'nothing of it is left behind')
    await broker.close()
  })

  it('are not lost when the subscription is replaced, and begin anew where it asks for them [MQTT-3.8.4-4]', async () => {
    for (const [retainHandling, isAnew] of [
      [2, false],
      [1, false],
      [0, true],
    ] as const) {
      const { broker, client, resume } = await openStalled()
      client.raw.send({ type: 'subscribe', packetId: 2, subscriptions: [{ ...everything, retainHandling }] })
      await settle(() => broker.broker.counters().bytes_received)
      resume()
      const topics = new Set<string>()
      let came = 0
      while (topics.size < COUNT) {
        const packet = client.received.shift() ?? (await client.raw.next())
        if (packet.type !== 'publish') continue
        topics.add(packet.topicName)
        came++
      }
      if (isAnew) assert.ok(came > COUNT)
      else assert.equal(came, COUNT)
      await broker.close()
    }
  })

  it('do not keep the event loop busy for long, however many filters look for them in vain', async () => {
    const broker = await serve({ retained: fill(50_000, 1) })
    const client = await TestClient.connect({ ...broker, version: 5 })
    // Each walks through all of them; together that takes a second or so.
    const filters = Array.from({ length: 100 }, (_, index) => `+/+/nothing/${index}`)
    let longest = 0
    let turns = 0
    let before = performance.now()
    const begin = before
    await client.subscribe(...filters)
    // The last one listens for what may overtake it until it is through.
    while (broker.broker.publish('a/b/nothing/99', Buffer.alloc(0)) > 1) {
      await new Promise(setImmediate)
      const now = performance.now()
      longest = Math.max(longest, now - before)
      before = now
      turns++
    }
    const all = performance.now() - begin
    assert.ok(turns > 20 && longest < all / 4, `${turns} turns, ${longest} ms at most of ${all} ms`)
    await broker.close()
  })
})

const everything = {
  topicFilter: '#',
  qos: 0,
  noLocal: false,
  retainAsPublished: false,
  retainHandling: 0,
} as const

/** A client that has subscribed to everything and stopped reading, so that some is on its way to it and some waits. */
async function openStalled() {
  const broker = await serve({ retained: fill() })
  const client = await TestClient.connect({ ...broker, version: 5, clientId: 'stalled' })
  const sender = await TestClient.connect({ ...broker, version: 5, clientId: 'sender' })
  client.raw.socket.pause()
  client.raw.send({ type: 'subscribe', packetId: 1, subscriptions: [everything] })
  await settle(() => broker.broker.counters().bytes_sent)
  const { messages_sent = 0 } = broker.broker.counters()
  assert.ok(messages_sent > 0 && messages_sent < COUNT / 2, `${messages_sent} are on their way`)
  return { broker, client, sender, resume: () => void client.raw.socket.resume() }
}

/** Waits until a number has not changed for a while. */
async function settle(read: () => number | undefined): Promise<void> {
  let before: number | undefined
  for (let same = 0; same < 10; same++) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    if (read() !== before) same = 0
    before = read()
  }
}

function fill(count = COUNT, bytes = MESSAGE_BYTES): MemoryRetainedMessages {
  const retained = new MemoryRetainedMessages()
  const payload = Buffer.from('old'.padEnd(bytes))
  const plain = { payload, properties: undefined, expiresAt: undefined, owner: '', publisher: '' }
  for (let index = 0; index < count; index++) retained.keep(`a/${index}`, { ...plain })
  return retained
}

/** So many messages, and no more come. */
async function readAll(client: TestClient, count: number): Promise<Publish[]> {
  const messages: Publish[] = []
  while (messages.length < count) {
    const packet = client.received.shift() ?? (await client.raw.next())
    if (packet.type === 'publish') messages.push(packet)
  }
  await client.ping()
  assert.deepEqual(client.messages(), [])
  return messages
}

function textsOf(messages: readonly Publish[], topic: string): string[] {
  return messages
    .filter(({ topicName }) => topicName === topic)
    .map(({ payload }) => Buffer.from(payload).toString().trim())
}

function drops({ broker }: { broker: Broker }): Record<string, number> {
  return Object.fromEntries(Object.entries(broker.counters()).filter(([name]) => name.startsWith('dropped_')))
}
