import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type Connect, type ProtocolVersion, reasonCodes } from '@pillion/packet'
import { waitUntil } from '@pillion/testkit'
import type { Broker } from '../broker.ts'
import { serveFor } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'
import { openPolicy } from '../open-policy.ts'
import type { AccessPolicy } from '../ports/access-policy.ts'

/** The server hears of a client's end a moment after the client. */
function untilDiscarded({ broker }: { broker: Broker }, sessions: number): Promise<boolean> {
  return waitUntil(`${sessions} discarded`, () => broker.counters().sessions_discarded === sessions)
}

/** Whoever signs in is the identity of that name. */
const byName: AccessPolicy = {
  ...openPolicy,
  connect: ({ username = '' }) => ({ identity: { key: username, role: 'test', name: username } }),
}

type Served = Awaited<ReturnType<typeof serveFor>>

function keepSession(sessionExpirySeconds = 60) {
  return { version: 5, clean: false, clientId: 'kept', properties: { sessionExpirySeconds } } as const
}

type Fields = Partial<Connect> & { version?: ProtocolVersion }

/** Was there a session to come back to? */
async function isPresent(broker: Served, fields: Fields) {
  const client = await TestClient.open({ port: broker.port, ...fields })
  const connack = await client.signIn(fields)
  assert.equal(connack.reasonCode, 0)
  await client.lose()
  return connack.sessionPresent
}

async function comeAndGo(broker: Served, fields: Fields) {
  const client = await TestClient.connect({ ...broker, ...fields })
  await client.lose()
}

describe('a session', { concurrency: true }, () => {
  it('ends when its Session Expiry Interval has passed, and not before (3.1.2.11.2)', async (t) => {
    const broker = await serveFor(t)
    await comeAndGo(broker, keepSession(2))
    await wait(1_000)
    assert.equal(await isPresent(broker, keepSession(2)), true)
    await wait(2_050)
    assert.equal(await isPresent(broker, keepSession(2)), false)
  })

  it('lives as long as the last DISCONNECT says (3.14.2.2.2)', async (t) => {
    const broker = await serveFor(t)
    for (const [sessionExpirySeconds, present] of [
      [0, false],
      [60, true],
    ] as const) {
      const client = await TestClient.connect({ ...broker, ...keepSession(30) })
      client.raw.send({ type: 'disconnect', reasonCode: 0, properties: { sessionExpirySeconds } })
      await client.untilClosed()
      assert.equal(await isPresent(broker, keepSession(30)), present)
    }
  })

  it('cannot be asked for in DISCONNECT when it was not in CONNECT: 0x82, and the will is published (3.14.2.2.2)', async (t) => {
    const broker = await serveFor(t)
    const watcher = await TestClient.connect({ ...broker, clientId: 'watcher' })
    await watcher.subscribe('w')
    const will = { topicName: 'w', payload: Buffer.from('gone'), qos: 0, retain: false } as const
    const client = await TestClient.connect({ ...broker, version: 5, clientId: 'kept', will })
    client.raw.send({ type: 'disconnect', reasonCode: 0, properties: { sessionExpirySeconds: 1 } })
    assert.equal((await client.next('disconnect')).reasonCode, reasonCodes.PROTOCOL_ERROR)
    assert.deepEqual(await watcher.nextMessages(1), ['w gone'])
  })

  it('that asks for more than the server’s maximum is told that in CONNACK, and gets it; others are told nothing (3.2.2.3.2)', async (t) => {
    const broker = await serveFor(t, { limits: { sessionExpirySecondsMax: 2 } })
    for (const [asked, told] of [
      [0xffff_ffff, 2],
      [3, 2],
      [2, undefined],
      [0, undefined],
    ] as const) {
      const client = await TestClient.open({ ...broker, version: 5 })
      const { properties } = await client.signIn({ ...keepSession(asked), clientId: `asks ${asked}` })
      assert.equal(properties?.sessionExpirySeconds, told)
      await client.lose()
    }
    await comeAndGo(broker, { clean: false, clientId: '3.1.1' })
    await wait(2_050)
    assert.equal(await isPresent(broker, { ...keepSession(), clientId: 'asks 4294967295' }), false)
    assert.equal(await isPresent(broker, { clean: false, clientId: '3.1.1' }), false)
  })

  it('of 0xFFFFFFFF never ends if the server’s maximum allows that (3.1.2.11.2)', async (t) => {
    const broker = await serveFor(t, { limits: { sessionExpirySecondsMax: 0xffff_ffff } })
    const client = await TestClient.open({ ...broker, version: 5 })
    const { properties } = await client.signIn(keepSession(0xffff_ffff))
    assert.equal(properties?.sessionExpirySeconds, undefined)
    await client.lose()
    assert.equal(await isPresent(broker, keepSession(0xffff_ffff)), true)
  })

  it('that is resumed loses what the policy does not allow any more', async (t) => {
    const policy = { ...byName, isOpen: true }
    const broker = await serveFor(t, {
      policy: {
        ...byName,
        subscribe: (_, filter) =>
          policy.isOpen || filter !== 'a'
            ? { filter, form: '' }
            : { refused: reasonCodes.NOT_AUTHORIZED, reason: 'closed', text: 'Closed.' },
      },
    })
    const first = await TestClient.connect({ ...broker, ...keepSession() })
    await first.subscribe('a', 'b')
    await first.lose()
    policy.isOpen = false
    const second = await TestClient.connect({ ...broker, ...keepSession() })
    for (const topic of ['a', 'b']) second.publish(topic, 'x')
    await second.ping()
    assert.deepEqual(second.messages(), ['b x'])
  })

  it('is not lost when the policy cannot say what it may be subscribed to: the client is told to come back', async (t) => {
    const policy = { isAway: false }
    const broker = await serveFor(t, {
      policy: {
        ...byName,
        subscribe: async (_, filter) => {
          if (policy.isAway) throw new Error('store away')
          return { filter, form: '' }
        },
      },
    })
    const first = await TestClient.connect({ ...broker, ...keepSession() })
    await first.subscribe('a')
    await first.lose()
    policy.isAway = true
    const refused = await TestClient.open({ ...broker, version: 5 })
    assert.equal((await refused.signIn(keepSession())).reasonCode, reasonCodes.SERVER_UNAVAILABLE)
    await refused.untilClosed()
    policy.isAway = false
    const second = await TestClient.connect({ ...broker, ...keepSession() })
    second.publish('a', 'x')
    assert.deepEqual(await second.nextMessages(1), ['a x'])
  })

  it('is not lost with a connection that goes while it is still signing in', async (t) => {
    const policy = { isSlow: false }
    const broker = await serveFor(t, {
      policy: {
        ...byName,
        subscribe: (_, filter) => (policy.isSlow ? new Promise(() => {}) : { filter, form: '' }),
      },
    })
    const first = await TestClient.connect({ ...broker, ...keepSession() })
    await first.subscribe('a')
    policy.isSlow = true
    const second = await TestClient.open({ ...broker, version: 5 })
    second.signIn(keepSession()).catch(() => {})
    assert.equal((await first.next('disconnect')).reasonCode, reasonCodes.SESSION_TAKEN_OVER)
    policy.isSlow = false
    const third = await TestClient.open({ ...broker, version: 5 })
    assert.equal((await third.signIn(keepSession())).sessionPresent, true)
    third.publish('a', 'x')
    assert.deepEqual(await third.nextMessages(1), ['a x'])
  })
})

describe('the bounds of sessions', () => {
  it('refuse one more than an identity may have with 0x97, or 3 in 3.x, and nobody else', async (t) => {
    const broker = await serveFor(t, { policy: byName, limits: { sessionsPerIdentityMax: 2 } })
    for (const clientId of ['1', '2']) {
      await comeAndGo(broker, { ...keepSession(), username: 'alice', clientId })
    }
    for (const [version, code] of [
      [3, 3],
      [4, 3],
      [5, reasonCodes.QUOTA_EXCEEDED],
    ] as const) {
      const client = await TestClient.open({ ...broker, version })
      const fields = { ...keepSession(), username: 'alice', clientId: '3' }
      assert.equal((await client.signIn(fields)).reasonCode, code)
      await client.untilClosed()
    }
    assert.equal(broker.broker.counters().refused_connect_too_many_sessions, 3)
    // One that is there already, one that is not to be kept, and somebody else's.
    assert.equal(await isPresent(broker, { ...keepSession(), username: 'alice', clientId: '1' }), true)
    assert.equal(await isPresent(broker, { version: 5, username: 'alice', clientId: '3' }), false)
    assert.equal(await isPresent(broker, { ...keepSession(), username: 'bob', clientId: '3' }), false)
  })

  it('hold too when all of them go at once: the identity loses its own, the one absent for longest first', async (t) => {
    const broker = await serveFor(t, { policy: byName, limits: { sessionsPerIdentityMax: 2 } })
    await comeAndGo(broker, { ...keepSession(), username: 'bob', clientId: '1' })
    const clients: TestClient[] = []
    for (const clientId of ['1', '2', '3']) {
      const client = await TestClient.connect({ ...broker, ...keepSession(), username: 'alice', clientId })
      await client.subscribe('a')
      clients.push(client)
    }
    for (const client of clients) await client.lose()
    await untilDiscarded(broker, 1)
    const present = []
    for (const clientId of ['2', '3', '1']) {
      const client = await TestClient.open({ ...broker, version: 5 })
      const fields = { ...keepSession(0), clean: false, username: 'alice', clientId }
      present.push((await client.signIn(fields)).sessionPresent)
    }
    assert.deepEqual(present, [true, true, false])
    assert.equal(await isPresent(broker, { ...keepSession(), username: 'bob', clientId: '1' }), true)
  })

  it('count bytes as well: filters and wills', async (t) => {
    const broker = await serveFor(t, { policy: byName, limits: { sessionBytesPerIdentityMax: 10_000 } })
    const first = await TestClient.connect({ ...broker, ...keepSession(), username: 'alice', clientId: '1' })
    for (let i = 0; i < 10; i++) await first.subscribe(`${i}`.padEnd(1_000, 'x'))
    await first.lose()
    await untilDiscarded(broker, 1)
    const properties = { willDelaySeconds: 60 }
    const will = { topicName: 'w', payload: Buffer.alloc(9_500), qos: 0, retain: false, properties } as const
    await comeAndGo(broker, { ...keepSession(), username: 'alice', clientId: '2', will })
    // Its will is published, not lost.
    await untilDiscarded(broker, 2)
    assert.equal(broker.broker.counters().dropped_no_receiver, 1)
    await comeAndGo(broker, { ...keepSession(), username: 'alice', clientId: '3' })
    await untilDiscarded(broker, 2)
  })

  it('of all together take nothing from another identity: whoever comes last loses its own', async (t) => {
    const broker = await serveFor(t, { policy: byName, limits: { absentSessionsMax: 3 } })
    for (const clientId of ['1', '2']) {
      await comeAndGo(broker, { ...keepSession(), username: 'alice', clientId })
    }
    for (const clientId of ['1', '2', '3']) {
      await comeAndGo(broker, { ...keepSession(), username: 'mallory', clientId })
    }
    await comeAndGo(broker, { ...keepSession(), username: 'late', clientId: '1' })
    await untilDiscarded(broker, 3)
    const isThere = (username: string, clientId: string) =>
      isPresent(broker, { ...keepSession(), username, clientId })
    assert.equal(await isThere('alice', '1'), true)
    assert.equal(await isThere('alice', '2'), true)
    assert.equal(await isThere('mallory', '3'), true)
  })

  it('per identity do not apply where everybody has the same one: the open policy has the common bound only', async (t) => {
    const broker = await serveFor(t, { limits: { sessionsPerIdentityMax: 1, absentSessionsMax: 3 } })
    for (const clientId of ['1', '2', '3', '4']) await comeAndGo(broker, { ...keepSession(), clientId })
    assert.equal(broker.broker.counters().refused_connect_too_many_sessions, undefined)
    assert.equal(await isPresent(broker, { ...keepSession(), clientId: '2' }), true)
    assert.equal(await isPresent(broker, { ...keepSession(), clientId: '1' }), false)
  })
})
