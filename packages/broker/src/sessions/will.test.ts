import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type Properties, reasonCodes, type Will } from '@pillion/packet'
import { waitUntil } from '@pillion/testkit'
import { serveFor } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'
import { MemoryRelay, MemoryRelayHub } from '../memory/relay.ts'
import { openPolicy } from '../open-policy.ts'
import type { AccessPolicy } from '../ports/access-policy.ts'

/** More than the delay of one second and the sweep's second together. */
const LONG_ENOUGH_MS = 2_600

function createWill(topicName: string, properties?: Properties): Will {
  return {
    topicName,
    payload: Buffer.from('gone'),
    qos: 0,
    retain: false,
    ...(properties === undefined ? {} : { properties }),
  }
}

function afterSeconds(willDelaySeconds: number) {
  return createWill('w', { willDelaySeconds })
}

/** A broker, somebody who watches all wills, and a version 5 client `kept` with a session of a minute. */
async function open(t: TestContext, will: Will, properties: Properties = { sessionExpirySeconds: 60 }) {
  const broker = await serveFor(t)
  const watcher = await TestClient.connect({ ...broker, clientId: 'watcher' })
  await watcher.subscribe('w/#')
  const connect = (fields: { clean?: boolean; will?: Will } = {}) =>
    TestClient.connect({ ...broker, version: 5, clientId: 'kept', clean: false, properties, ...fields })
  return { broker, watcher, connect, client: await connect({ will }) }
}

describe('a will with a delay', { concurrency: true }, () => {
  it('is published when the delay has passed, and not before (3.1.3.2.2)', async (t) => {
    const { watcher, client } = await open(t, afterSeconds(1))
    const lostAt = performance.now()
    await client.lose()
    assert.deepEqual(await watcher.nextMessages(1), ['w gone'])
    assert.ok(performance.now() - lostAt >= 1_000)
  })

  it('is not published if its session is resumed before that [MQTT-3.1.3-9]', async (t) => {
    const { broker, watcher, client, connect } = await open(t, afterSeconds(1))
    await client.lose()
    await connect()
    await wait(LONG_ENOUGH_MS)
    await watcher.ping()
    assert.deepEqual(watcher.messages(), [])
    assert.equal(broker.broker.counters().wills_cancelled, 1)
  })

  it('is published once if its session is resumed after that', async (t) => {
    const { watcher, client, connect } = await open(t, afterSeconds(1))
    await client.lose()
    assert.deepEqual(await watcher.nextMessages(1), ['w gone'])
    await (await connect()).lose()
    await watcher.ping()
    assert.deepEqual(watcher.messages(), [])
  })

  it('is published when its session ends, if that comes first (3.1.3.2.2)', async (t) => {
    const { watcher, client } = await open(t, afterSeconds(60), { sessionExpirySeconds: 1 })
    await client.lose()
    assert.deepEqual(await watcher.nextMessages(1), ['w gone'])
  })

  it('is published at once if no session is kept, or if Clean Start ends it [MQTT-3.1.2-4]', async (t) => {
    const unkept = await open(t, afterSeconds(60), {})
    await unkept.client.lose()
    assert.deepEqual(await unkept.watcher.nextMessages(1), ['w gone'])

    const { watcher, client, connect } = await open(t, afterSeconds(60))
    await client.lose()
    await watcher.ping()
    assert.deepEqual(watcher.messages(), [])
    await connect({ clean: true })
    assert.deepEqual(await watcher.nextMessages(1), ['w gone'])
  })

  it('is cancelled by another node that the client comes back to', async (t) => {
    const hub = new MemoryRelayHub()
    const here = await serveFor(t, { relay: new MemoryRelay(hub) })
    const there = await serveFor(t, { relay: new MemoryRelay(hub) })
    const watcher = await TestClient.connect({ ...here, clientId: 'watcher' })
    await watcher.subscribe('w/#')
    const fields = {
      version: 5,
      clientId: 'kept',
      clean: false,
      properties: { sessionExpirySeconds: 60 },
    } as const
    const client = await TestClient.connect({ ...here, ...fields, will: afterSeconds(1) })
    await client.lose()
    await TestClient.connect({ ...there, ...fields })
    await wait(LONG_ENOUGH_MS)
    await watcher.ping()
    assert.deepEqual(watcher.messages(), [])
    assert.equal(here.broker.counters().wills_cancelled, 1)
  })
})

describe('a will of a connection that is taken over (3.1.4) [MQTT-3.1.4-3]', () => {
  it('is not published if it has a delay and the session goes on', async (t) => {
    const { watcher, client, connect } = await open(t, afterSeconds(1))
    await connect()
    assert.equal((await client.next('disconnect')).reasonCode, reasonCodes.SESSION_TAKEN_OVER)
    await wait(LONG_ENOUGH_MS)
    await watcher.ping()
    assert.deepEqual(watcher.messages(), [])
  })

  for (const [name, will, clean] of [
    ['has no delay', createWill('w'), false],
    ['has one and Clean Start ends the session', afterSeconds(60), true],
  ] as const) {
    it(`is published at once if it ${name}`, async (t) => {
      const { watcher, connect } = await open(t, will)
      await connect({ clean })
      assert.deepEqual(await watcher.nextMessages(1), ['w gone'])
    })
  }
})

describe('a will', () => {
  it('is discarded by DISCONNECT 0x00 and by no other code [MQTT-3.14.4-3] [MQTT-3.1.2-10]', async (t) => {
    const broker = await serveFor(t)
    const watcher = await TestClient.connect({ ...broker, clientId: 'watcher' })
    await watcher.subscribe('w/#')
    const codes = [
      reasonCodes.NORMAL_DISCONNECTION,
      reasonCodes.DISCONNECT_WITH_WILL,
      reasonCodes.UNSPECIFIED_ERROR,
      reasonCodes.PROTOCOL_ERROR,
    ]
    for (const reasonCode of codes) {
      const client = await TestClient.connect({ ...broker, version: 5, will: createWill(`w/${reasonCode}`) })
      client.raw.send({ type: 'disconnect', reasonCode })
      await client.untilClosed()
    }
    assert.deepEqual(await watcher.nextMessages(3), ['w/4 gone', 'w/128 gone', 'w/130 gone'])
    await watcher.ping()
    assert.deepEqual(watcher.messages(), [])
  })

  it('travels with its properties, but for the delay (3.1.3.2)', async (t) => {
    const broker = await serveFor(t)
    const watcher = await TestClient.connect({ ...broker, version: 5, clientId: 'watcher' })
    await watcher.subscribe('w')
    const properties: Properties = {
      payloadFormatIndicator: 1,
      contentType: 'text/plain',
      responseTopic: 'answers',
      correlationData: new Uint8Array([1, 2]),
      userProperties: [
        ['a', '1'],
        ['a', '2'],
      ],
    }
    const will = createWill('w', { ...properties, willDelaySeconds: 5 })
    const client = await TestClient.connect({ ...broker, version: 5, clientId: 'lost', will })
    await client.lose()
    const got = (await watcher.next('publish')).properties
    assert.deepEqual(
      { ...got, correlationData: [...(got?.correlationData ?? [])] },
      { ...properties, correlationData: [1, 2] },
    )
  })

  it('is published before the server shuts down, delayed or not: no session outlives it (3.1.2.5)', async (t) => {
    const { broker, watcher, client } = await open(t, createWill('w/delayed', { willDelaySeconds: 60 }))
    await client.lose()
    const other = { version: 5, clientId: 'other', will: createWill('w/connected') } as const
    await TestClient.connect({ ...broker, ...other })
    const heard: string[] = []
    broker.broker.subscribe('w/#', (topic) => void heard.push(topic))
    await broker.close()
    assert.deepEqual(heard, ['w/delayed', 'w/connected'])
    assert.deepEqual(await watcher.nextMessages(2), ['w/delayed gone', 'w/connected gone'])
  })

  it('that may not be published is counted with the reason', async (t) => {
    const refused = { refused: reasonCodes.NOT_AUTHORIZED, reason: 'not_for_you', text: 'No.' } as const
    const away = () => Promise.reject(new Error('store away'))
    const small = (_: unknown, topic: string) => ({ topic, payloadBytesMax: 3, mayRetain: false })
    for (const [publish, reason] of [
      [() => refused, 'not_for_you'],
      [away, 'policy_unavailable'],
      [small, 'payload_too_large'],
      [openPolicy.publish, 'no_receiver'],
    ] as [AccessPolicy['publish'], string][]) {
      const broker = await serveFor(t, { policy: { ...openPolicy, publish } })
      await (await TestClient.connect({ ...broker, will: createWill('w') })).lose()
      await waitUntil('it is counted', () => broker.broker.counters()[`dropped_${reason}`] === 1)
      assert.equal(broker.broker.counters().messages_received, 1)
    }
  })

  it('with a topic name that is too long is refused in the CONNACK: 0x90 in version 5, 5 in 3.1.1', async (t) => {
    const broker = await serveFor(t, { limits: { topicBytesMax: 10, topicLevelsMax: 3 } })
    for (const topicName of ['x'.repeat(11), 'a/b/c/d']) {
      for (const [version, code] of [
        [5, reasonCodes.TOPIC_NAME_INVALID],
        [4, 5],
      ] as const) {
        const client = await TestClient.open({ ...broker, version })
        assert.equal((await client.signIn({ will: createWill(topicName) })).reasonCode, code)
        await client.untilClosed()
      }
    }
    for (const topicName of ['x'.repeat(10), 'a/b/c']) {
      await TestClient.connect({ ...broker, clientId: topicName, will: createWill(topicName) })
    }
  })
})
