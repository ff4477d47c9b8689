import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { reasonCodes, type SubscriptionRequest } from '@pillion/packet'
import { serve } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'
import { openPolicy } from '../open-policy.ts'
import type { AccessPolicy } from '../ports/access-policy.ts'
import { protocols } from './protocols.ts'

const broker = await serve()
let refused: (typeof reasonCodes)[keyof typeof reasonCodes] = reasonCodes.NOT_AUTHORIZED
const changing: AccessPolicy = {
  ...openPolicy,
  subscribe: (_, filter) =>
    filter.startsWith('forbidden')
      ? { refused, reason: 'test', text: 'Not there, and here is why at some length.' }
      : { filter, form: '' },
}
const guarded = await serve({ policy: changing })
after(() => Promise.all([broker.close(), guarded.close()]))

const options = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const

for (const { version, name } of protocols) {
  // 3.1 has no code for it (3.1, 3.9).
  const failure = version === 5 ? reasonCodes.NOT_AUTHORIZED : version === 4 ? 0x80 : 0

  describe(`SUBSCRIBE in ${name}`, () => {
    it('is answered by SUBACK with its packet identifier [MQTT-3.8.4-1, -2] [MQTT-2.2.1-6] [3.1.1:MQTT-2.3.1-7]', async () => {
      const client = await TestClient.connect({ ...broker, version })
      for (const packetId of [1, 255, 256, 65_535]) {
        send(client, ['a'], packetId)
        assert.equal((await client.next('suback')).packetId, packetId)
      }
      await client.lose()
    })

    it('of any QoS is granted QoS 0 [MQTT-3.8.4-7] [MQTT-3.2.2-10] [3.1.1:MQTT-3.8.4-5]', async () => {
      const client = await TestClient.connect({ ...broker, version })
      const filters = ([0, 1, 2] as const).map((qos) => ({ topicFilter: `${qos}`, qos }))
      assert.deepEqual((await client.subscribe(...filters)).reasonCodes, [0, 0, 0])
      await client.lose()
    })

    it('of several filters has one answer, a code for each, in their order [MQTT-3.8.4-5, -6] [MQTT-3.9.3-1] [3.1.1:MQTT-3.8.4-4] [3.1:3.9]', async () => {
      const client = await TestClient.connect({ ...guarded, version })
      const { reasonCodes: codes } = await client.subscribe('forbidden/1', 'a', 'forbidden/2', 'b', 'c')
      assert.deepEqual(codes, [failure, 0, failure, 0, 0])
      for (const topic of ['forbidden/1', 'a', 'forbidden/2', 'b', 'c']) client.publish(topic, '')
      await client.ping()
      assert.deepEqual(client.messages(), ['a ', 'b ', 'c '])
      await client.lose()
    })

    it('whatever the policy says, its codes are listed ones [MQTT-3.9.3-2] [3.1.1:MQTT-3.9.3-2]', async (t) => {
      t.after(() => {
        refused = reasonCodes.NOT_AUTHORIZED
      })
      const client = await TestClient.connect({ ...guarded, version })
      for (const code of new Set(Object.values(reasonCodes))) {
        if (code < 0x80) continue
        refused = code
        // What is not listed does not get past the strict decoder of the client.
        const [answer] = (await client.subscribe('forbidden')).reasonCodes
        assert.ok(version === 5 ? (answer ?? 0) >= 0x80 : answer === failure)
      }
      await client.lose()
    })

    it('of a filter that is held replaces it: one copy of a message, no gap [MQTT-3.8.4-3, -4] [3.1.1:MQTT-3.8.4-3]', async () => {
      const client = await TestClient.connect({ ...broker, version })
      const sender = await TestClient.connect({ ...broker, clientId: 'sender' })
      await client.subscribe('replaced')
      const texts = Array.from({ length: 200 }, (_, index) => `${index}`)
      for (const text of texts) {
        sender.publish('replaced', text)
        if (Number(text) % 10 === 0) send(client, ['replaced'], 3)
        if (Number(text) % 50 === 0) await sender.ping()
      }
      await sender.ping()
      await client.ping()
      assert.deepEqual(
        client.messages(),
        texts.map((text) => `replaced ${text}`),
      )
      await sender.lose()
      await client.lose()
    })

    it('of a filter that is held brings its retained message again [MQTT-3.8.4-4] [3.1.1:MQTT-3.8.4-3]', async () => {
      const client = await TestClient.connect({ ...broker, version })
      client.publish('kept', 'text', { retain: true })
      for (let times = 0; times < 2; times++) {
        await client.subscribe('kept')
        assert.deepEqual(await client.nextMessages(1), ['kept text'])
      }
      client.publish('kept', '', { retain: true })
      await client.lose()
    })

    it('of filters that overlap brings one copy, at QoS 0 [MQTT-3.3.4-2] [3.1.1:MQTT-3.3.5-1]', async () => {
      const client = await TestClient.connect({ ...broker, version })
      await client.subscribe('o/#', { topicFilter: 'o/+', qos: 2 }, { topicFilter: 'o/1', qos: 1 }, '#')
      client.publish('o/1', 'once', { qos: 2, packetId: 1 })
      await client.ping()
      assert.deepEqual(client.messages(), ['o/1 once'])
      await client.lose()
    })

    it('brings messages whose topic name matches it, and no others [MQTT-3.3.2-3] [MQTT-4.7.2-1]', async () => {
      const client = await TestClient.connect({ ...broker, version })
      for (const [filter, matching, others] of matches) {
        await client.subscribe(filter)
        for (const topic of [...matching, ...others]) broker.broker.publish(topic, Buffer.from('x'))
        await client.ping()
        assert.deepEqual(
          client.messages(),
          matching.map((topic) => `${topic} x`),
          filter,
        )
        client.raw.send({ type: 'unsubscribe', packetId: 2, topicFilters: [filter] })
        await client.next('unsuback')
      }
      await client.lose()
    })

    it('of a filter that is none is refused, and the connection stays [MQTT-4.7.1-1, -2] [MQTT-4.7.3-1]', async () => {
      const client = await TestClient.connect({ ...broker, version })
      const bad = ['', 'a#', 'a/#/b', '#/', '+a', 'a/b+', '++']
      const { reasonCodes: codes } = await client.subscribe(...bad)
      const invalid = version === 5 ? reasonCodes.TOPIC_FILTER_INVALID : failure
      assert.deepEqual(codes, Array(bad.length).fill(invalid))
      await client.ping()
      await client.lose()
    })
  })
}

const matches: readonly (readonly [filter: string, matching: string[], others: string[]])[] = [
  ['a/b', ['a/b'], ['a', 'a/b/c', 'A/b', '/a/b', 'a/b/']],
  ['a/#', ['a', 'a/', 'a/b', 'a/b/c', 'a/$b'], ['b', 'ab', '/a']],
  ['#', ['a', '/', 'a/b/c', '//'], ['$SYS/x', '$a']],
  ['+', ['a', ' '], ['a/b', '/', '/a', '$a']],
  ['+/+', ['/a', 'a/b', '/'], ['a', 'a/b/c', '$SYS/x']],
  ['/+', ['/a', '/'], ['a', 'a/b']],
  ['+/b/#', ['a/b', '/b', 'a/b/c/d'], ['$a/b', 'b/b1', 'a/c/b']],
  ['a/+/c', ['a/b/c', 'a//c'], ['a/c', 'a/b/d', 'a/b/c/d']],
  ['$lab/#', ['$lab', '$lab/x'], ['lab', '$labs']],
  ['$lab/+', ['$lab/x'], ['$lab', '$lab/x/y']],
]

describe('SUBSCRIBE in 5', () => {
  it('with No Local does not bring one’s own messages, but everybody else’s [MQTT-3.8.3-3]', async () => {
    const client = await TestClient.connect({ ...broker, version: 5, clientId: 'local' })
    const other = await TestClient.connect({ ...broker, version: 5, clientId: 'other' })
    await client.subscribe({ topicFilter: 'n/#', noLocal: true })
    await other.subscribe('n/#')
    for (const [qos, packetId] of [[0], [1, 1], [2, 2]] as const) {
      client.publish('n/1', `own ${qos}`, { qos, ...(packetId === undefined ? {} : { packetId }) })
    }
    await client.ping()
    other.publish('n/2', 'theirs')
    assert.deepEqual(await other.nextMessages(4), ['n/1 own 0', 'n/1 own 1', 'n/1 own 2', 'n/2 theirs'])
    await client.ping()
    assert.deepEqual(client.messages(), ['n/2 theirs'])
    await client.lose()
    await other.lose()
  })

  it('with No Local does not stand in the way of another filter without it [MQTT-3.8.3-3]', async () => {
    const client = await TestClient.connect({ ...broker, version: 5 })
    await client.subscribe({ topicFilter: 'nl/#', noLocal: true }, 'nl/heard')
    for (const topic of ['nl/heard', 'nl/unheard']) client.publish(topic, '')
    await client.ping()
    assert.deepEqual(client.messages(), ['nl/heard '])
    await client.lose()
  })

  it('with Retain As Published or without: RETAIN as it came, or 0 [MQTT-3.3.1-12, -13]', async () => {
    const client = await TestClient.connect({ ...broker, version: 5 })
    const plain = await TestClient.connect({ ...broker, version: 5, clientId: 'plain' })
    await client.subscribe({ topicFilter: 'rap', retainAsPublished: true })
    await plain.subscribe('rap')
    const flags = [true, false, true]
    for (const retain of flags) client.publish('rap', 'text', { retain })
    client.publish('rap', '', { retain: true })
    for (const retain of [...flags, true]) {
      assert.equal((await client.next('publish')).retain, retain)
      assert.equal((await plain.next('publish')).retain, false)
    }
    await client.lose()
    await plain.lose()
  })

  it('with Retain Handling 0, 1 and 2: always, if it is new, never [MQTT-3.3.1-9, -10, -11]', async () => {
    const client = await TestClient.connect({ ...broker, version: 5 })
    client.publish('rh/a', 'text', { retain: true })
    await client.ping()
    for (const [retainHandling, expected] of [
      [0, [1, 1]],
      [1, [1, 0]],
      [2, [0, 0]],
    ] as const) {
      const counts: number[] = []
      for (let times = 0; times < 2; times++) {
        await client.subscribe({ topicFilter: 'rh/+', retainHandling })
        await client.ping()
        counts.push(client.messages().length)
      }
      assert.deepEqual(counts, expected, `retain handling ${retainHandling}`)
      client.raw.send({ type: 'unsubscribe', packetId: 2, topicFilters: ['rh/+'] })
      await client.next('unsuback')
    }
    client.publish('rh/a', '', { retain: true })
    await client.lose()
  })

  it('that is refused says why, unless that is not wanted or does not fit [MQTT-3.1.2-29] [MQTT-3.9.2-1]', async () => {
    for (const [properties, isTold] of [
      [{}, true],
      [{ requestProblemInformation: 1 }, true],
      [{ requestProblemInformation: 0 }, false],
      [{ packetBytesMax: 30 }, false],
    ] as const) {
      const client = await TestClient.connect({ ...guarded, version: 5, properties })
      const suback = await client.subscribe('forbidden')
      assert.deepEqual(suback.reasonCodes, [reasonCodes.NOT_AUTHORIZED])
      assert.equal(suback.properties?.reasonString !== undefined, isTold, JSON.stringify(properties))
      await client.lose()
    }
  })
})

function send({ raw }: TestClient, topicFilters: readonly string[], packetId: number): void {
  const subscriptions = topicFilters.map((topicFilter): SubscriptionRequest => ({ ...options, topicFilter }))
  raw.send({ type: 'subscribe', packetId, subscriptions })
}
