import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { reasonCodes } from '@pillion/packet'
import { waitUntil } from '@pillion/testkit'
import { serveFor } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'
import { MemoryRelay, MemoryRelayHub } from '../memory/relay.ts'
import { openPolicy } from '../open-policy.ts'
import type { Relay } from '../ports/relay.ts'

const limits = { takeoversMax: 3, takeoverWindowSeconds: 2 }

describe('a take-over [MQTT-3.1.4-3]', () => {
  for (const version of [3, 4, 5] as const) {
    it(`closes the older connection of version ${version}, and a version 5 client is told 0x8E`, async (t) => {
      const broker = await serveFor(t)
      const older = await TestClient.connect({ ...broker, version, clientId: 'same' })
      await TestClient.connect({ ...broker, version, clientId: 'same' })
      if (version === 5)
        assert.equal((await older.next('disconnect')).reasonCode, reasonCodes.SESSION_TAKEN_OVER)
      await older.untilClosed()
      assert.deepEqual(older.received, [])
      await waitUntil('it is gone', () => broker.broker.connectionCount === 1)
    })
  }

  it('goes on with the session of the older connection, and ends it with Clean Start', async (t) => {
    const broker = await serveFor(t)
    const fields = {
      ...broker,
      version: 5,
      clientId: 'same',
      properties: { sessionExpirySeconds: 60 },
    } as const
    const first = await TestClient.connect(fields)
    await first.subscribe('s')
    const second = await TestClient.open(fields)
    assert.equal((await second.signIn({ ...fields, clean: false })).sessionPresent, true)
    second.publish('s', 'heard')
    assert.deepEqual(await second.nextMessages(1), ['s heard'])
    const third = await TestClient.open(fields)
    assert.equal((await third.signIn({ ...fields, clean: true })).sessionPresent, false)
    third.publish('s', 'unheard')
    await third.ping()
    assert.deepEqual(third.messages(), [])
  })

  it('closes the older connection even while that is still signing in, with an answer', async (t) => {
    const hub = new MemoryRelayHub()
    const relay: Relay & { claims: (() => void)[] } = Object.assign(new MemoryRelay(hub), {
      claims: [] as (() => void)[],
      claim: () => new Promise<void>((resolve) => relay.claims.push(resolve)),
    })
    const broker = await serveFor(t, { relay })
    const older = await TestClient.open({ ...broker, version: 5 })
    const answer = older.signIn({ clientId: 'same' })
    while (relay.claims.length < 1) await wait(1)
    const newer = await TestClient.open(broker)
    const accepted = newer.signIn({ clientId: 'same' })
    assert.equal((await answer).reasonCode, reasonCodes.SERVER_BUSY)
    await older.untilClosed()
    // The answer to the older claim comes last.
    for (const settle of relay.claims.reverse()) settle()
    assert.equal((await accepted).reasonCode, 0)
    await newer.ping()
    await waitUntil('it is gone', () => broker.broker.connectionCount === 1)
  })
})

describe('a claim', () => {
  it('that is settled after its connection has gone is released', async (t) => {
    const hub = new MemoryRelayHub()
    const relay = new MemoryRelay(hub)
    const claim = relay.claim.bind(relay)
    const slow = Object.assign(relay, { claim: (key: string) => wait(100).then(() => claim(key)) })
    const broker = await serveFor(t, { relay: slow })
    const client = await TestClient.open({ ...broker, version: 5 })
    const answer = client.signIn({})
    await waitUntil('it has said who it is', () => {
      return (
        broker.broker.disconnect(({ key }) => key === 'open', reasonCodes.ADMINISTRATIVE_ACTION, 'go') === 1
      )
    })
    assert.equal((await answer).reasonCode, reasonCodes.NOT_AUTHORIZED)
    await wait(200)
    assert.equal(hub.claims.size, 0)
  })

  it('lasts as long as the session, and no longer', async (t) => {
    const hub = new MemoryRelayHub()
    const broker = await serveFor(t, { relay: new MemoryRelay(hub) })
    for (const [sessionExpirySeconds, claims] of [
      [0, 0],
      [1, 1],
    ] as const) {
      const fields = { ...broker, version: 5, clean: false, properties: { sessionExpirySeconds } } as const
      await (await TestClient.connect(fields)).lose()
      await waitUntil('it has left', () => broker.broker.connectionCount === 0)
      assert.equal(hub.claims.size, claims)
    }
    await waitUntil('it has expired', () => hub.claims.size === 0)
  })

  it('that cannot be settled is "server unavailable"', async (t) => {
    const relay = new MemoryRelay()
    const away = Object.assign(relay, { claim: () => Promise.reject(new Error('relay away')) })
    const broker = await serveFor(t, { relay: away })
    for (const [version, code] of [
      [3, 3],
      [4, 3],
      [5, reasonCodes.SERVER_UNAVAILABLE],
    ] as const) {
      const client = await TestClient.open({ ...broker, version })
      assert.equal((await client.signIn({})).reasonCode, code)
      await client.untilClosed()
    }
    assert.equal(broker.broker.counters().refused_connect_relay_unavailable, 3)
  })
})

describe('two nodes that accept one client', () => {
  it('keep the newer connection only', async (t) => {
    const hub = new MemoryRelayHub()
    const here = await serveFor(t, { relay: new MemoryRelay(hub) })
    const there = await serveFor(t, { relay: new MemoryRelay(hub) })
    const older = await TestClient.connect({ ...here, version: 5, clientId: 'same' })
    const newer = await TestClient.connect({ ...there, version: 5, clientId: 'same' })
    assert.equal((await older.next('disconnect')).reasonCode, reasonCodes.SESSION_TAKEN_OVER)
    await older.untilClosed()
    await newer.ping()
  })

  it('keep exactly one of two that come at the same instant, though neither is accepted yet', async (t) => {
    const hub = new MemoryRelayHub()
    const [first, second] = [new MemoryRelay(hub), new MemoryRelay(hub)]
    // The claim is made, its answer takes its time: the eviction finds a connection that is still signing in.
    const slow = (relay: MemoryRelay): Relay => {
      const claim = relay.claim.bind(relay)
      return Object.assign(relay, { claim: (key: string) => claim(key).then(() => wait(50)) })
    }
    const here = await serveFor(t, { relay: slow(first) })
    const there = await serveFor(t, { relay: slow(second) })
    const clients = await Promise.all(
      [here, there].map((broker) => TestClient.open({ ...broker, version: 5 })),
    )
    const answers = await Promise.all(clients.map((client) => client.signIn({ clientId: 'same' })))
    assert.deepEqual(answers.map(({ reasonCode }) => reasonCode).sort(), [0, reasonCodes.SERVER_BUSY])
    await waitUntil('one is gone', () => here.broker.connectionCount + there.broker.connectionCount === 1)
  })

  it('end the session that an exclusive identity has left on the other, and its will that waits (W 1)', async (t) => {
    const hub = new MemoryRelayHub()
    const identity = { key: 'vehicle', role: 'test', name: 'vehicle', exclusive: true }
    const policy = { ...openPolicy, connect: () => ({ identity }) }
    const here = await serveFor(t, { policy, relay: new MemoryRelay(hub) })
    const there = await serveFor(t, { policy, relay: new MemoryRelay(hub) })
    const will = { topicName: 'will', payload: Buffer.from('gone'), qos: 0, retain: false } as const
    const fields = {
      version: 5,
      clientId: 'head unit',
      clean: false,
      properties: { sessionExpirySeconds: 60 },
      will: { ...will, properties: { willDelaySeconds: 30 } },
    } as const
    await (await TestClient.connect({ ...here, ...fields })).lose()
    await waitUntil('it has left', () => here.broker.connectionCount === 0)
    assert.equal(hub.claims.size, 1)
    const moved = await TestClient.open({ ...there, ...fields })
    assert.equal((await moved.signIn(fields)).sessionPresent, false)
    assert.equal(here.broker.counters().wills_cancelled, 1)
    const back = await TestClient.open({ ...here, ...fields })
    assert.equal((await back.signIn({ ...fields, clean: false })).sessionPresent, false)
    back.raw.send({ type: 'disconnect', reasonCode: 0, properties: { sessionExpirySeconds: 0 } })
    await waitUntil('nobody holds it', () => hub.claims.size === 0)
  })

  it('count take-overs of each other, and leave the client where it is when there are too many', async (t) => {
    const hub = new MemoryRelayHub()
    const here = await serveFor(t, { relay: new MemoryRelay(hub), limits })
    const there = await serveFor(t, { relay: new MemoryRelay(hub), limits })
    for (let round = 0; round < limits.takeoversMax; round++) {
      await TestClient.connect({ ...here, version: 5, clientId: 'same' })
      await TestClient.connect({ ...there, version: 5, clientId: 'same' })
    }
    const newer = await TestClient.open({ ...here, version: 5 })
    assert.equal((await newer.signIn({ clientId: 'same' })).reasonCode, reasonCodes.CONNECTION_RATE_EXCEEDED)
    assert.equal(there.broker.connectionCount, 1)
  })
})

describe('a storm of take-overs', { concurrency: true }, () => {
  for (const [version, code] of [
    [3, 3],
    [4, 3],
    [5, reasonCodes.CONNECTION_RATE_EXCEEDED],
  ] as const) {
    it(`ends with the newer client told to wait (version ${version}), the older one undisturbed`, async (t) => {
      const broker = await serveFor(t, { limits })
      const connect = () => TestClient.connect({ ...broker, version, clientId: 'same' })
      await connect()
      for (let round = 1; round < limits.takeoversMax; round++) await connect()
      const older = await connect()
      const startedAt = performance.now()
      const attempt = async () => {
        const newer = await TestClient.open({ ...broker, version })
        const connack = await newer.signIn({ clientId: 'same' })
        assert.equal(connack.reasonCode, code)
        if (version === 5) assert.match(connack.properties?.reasonString ?? '', /try again later/)
        await newer.untilClosed()
      }
      await Promise.all([attempt(), attempt(), attempt()])
      assert.ok(performance.now() - startedAt > 900, 'the answer is held back')
      assert.equal(broker.broker.counters().refused_connect_takeover_storm, 3)
      await older.ping()
      // Nobody else has to wait.
      await TestClient.connect({ ...broker, version, clientId: 'other' })
      await wait(limits.takeoverWindowSeconds * 1_000)
      await connect()
      await older.untilClosed()
    })
  }

  it('slows the newest down and lets it in, where the identity has it so; others who wait do so in vain (P 13.1)', async (t) => {
    const identity = { key: 'one', role: 'test', name: 'one', exclusive: true, newestWins: true }
    const broker = await serveFor(t, { limits, policy: { ...openPolicy, connect: () => ({ identity }) } })
    let older = await TestClient.connect({ ...broker, version: 5 })
    for (let round = 0; round < limits.takeoversMax; round++)
      older = await TestClient.connect({ ...broker, version: 5 })
    const startedAt = performance.now()
    const attempts: Promise<number>[] = []
    for (let attempt = 0; attempt < 3; attempt++) {
      const newer = await TestClient.open({ ...broker, version: 5 })
      attempts.push(newer.signIn({}).then(({ reasonCode }) => reasonCode))
      // One after the other, so that it is clear who is the newest.
      await wait(20)
    }
    const codes = await Promise.all(attempts)
    assert.equal(codes.at(-1), 0)
    assert.ok(!codes.slice(0, -1).includes(0), `${codes}`)
    assert.ok(performance.now() - startedAt > 900, 'the answer is held back')
    assert.equal((await older.next('disconnect')).reasonCode, reasonCodes.SESSION_TAKEN_OVER)
    await waitUntil('one is left', () => broker.broker.connectionCount === 1)
  })

  it('is none if the older connection has gone by itself', async (t) => {
    const broker = await serveFor(t, { limits })
    for (let round = 0; round < 3 * limits.takeoversMax; round++) {
      const client = await TestClient.connect({ ...broker, clientId: 'same' })
      client.raw.send({ type: 'disconnect', reasonCode: 0 })
      await client.untilClosed()
    }
    assert.equal(broker.broker.counters().refused_connect_takeover_storm, undefined)
  })

  it('of one exclusive identity is stopped whatever the client ids (W 1)', async (t) => {
    const identity = { key: 'vehicle', role: 'test', name: 'vehicle', exclusive: true }
    const broker = await serveFor(t, { limits, policy: { ...openPolicy, connect: () => ({ identity }) } })
    for (let round = 0; round <= limits.takeoversMax; round++) {
      await TestClient.connect({ ...broker, clientId: `head unit ${round}` })
    }
    const client = await TestClient.open(broker)
    assert.equal((await client.signIn({ clientId: 'another' })).reasonCode, 3)
  })
})
