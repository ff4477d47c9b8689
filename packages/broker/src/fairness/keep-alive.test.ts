import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { reasonCodes } from '@pillion/packet'
import { waitUntil } from '@pillion/testkit'
import { serveFor } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'

describe('Server Keep Alive [MQTT-3.2.2-21]', () => {
  for (const [asked, told] of [
    [0, 100],
    [100, undefined],
    [101, 100],
    [65_535, 100],
  ] as const) {
    it(`for a client that asks for ${asked} where 100 is the most is ${told ?? 'as it asked'}`, async (t) => {
      const broker = await serveFor(t, { limits: { keepAliveSecondsMax: 100 } })
      const client = await TestClient.open({ ...broker, version: 5 })
      const { properties } = await client.signIn({ keepAliveSeconds: asked })
      assert.equal(properties?.serverKeepAliveSeconds, told)
    })
  }

  it('is not told where nothing bounds it, not even to a client that asks for none', async (t) => {
    const broker = await serveFor(t)
    for (const keepAliveSeconds of [0, 65_535]) {
      const client = await TestClient.open({ ...broker, version: 5 })
      const { properties } = await client.signIn({ keepAliveSeconds })
      assert.equal(properties?.serverKeepAliveSeconds, undefined)
    }
  })

  it('counts from then on, and 3.x is held to what it asked for [MQTT-3.1.2-21, -22]', async (t) => {
    const broker = await serveFor(t, { limits: { keepAliveSecondsMax: 1 } })
    const client = await TestClient.connect({ ...broker, version: 5, clientId: '5' })
    const older = [
      await TestClient.connect({ ...broker, version: 4, clientId: '4', keepAliveSeconds: 60 }),
      await TestClient.connect({ ...broker, version: 3, clientId: '3', keepAliveSeconds: 0 }),
    ]
    assert.equal((await client.next('disconnect')).reasonCode, reasonCodes.KEEP_ALIVE_TIMEOUT)
    for (const each of older) await each.ping()
  })
})

describe('the machine’s clock', () => {
  it('moves no deadline when it is set', async (t) => {
    const broker = await serveFor(t)
    const client = await TestClient.connect({ ...broker, version: 5, keepAliveSeconds: 600 })
    const session = {
      version: 5,
      clientId: 'kept',
      clean: false,
      properties: { sessionExpirySeconds: 600 },
    } as const
    await (await TestClient.connect({ ...broker, ...session })).lose()
    t.mock.method(Date, 'now', () => Number.MAX_SAFE_INTEGER)
    await wait(2_100)
    await client.ping()
    const later = await TestClient.open({ ...broker, version: 5 })
    assert.equal((await later.signIn(session)).sessionPresent, true)
  })
})

describe('a server that was held up itself', () => {
  it('closes nobody for silence before it has read what came meanwhile', async (t) => {
    const broker = await serveFor(t)
    const client = await TestClient.connect({ ...broker, version: 5, keepAliveSeconds: 1 })
    client.raw.send({ type: 'pingreq' })
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_600)
    await client.next('pingresp')
    await client.ping()
  })
})

describe('the deadline for CONNECT', { concurrency: true }, () => {
  it('is kept to: not earlier than connectSeconds, and counted', async (t) => {
    const broker = await serveFor(t, { limits: { connectSeconds: 0.5 } })
    const client = await TestClient.open(broker)
    const openedAt = performance.now()
    await client.untilClosed()
    assert.ok(performance.now() - openedAt >= 500)
    assert.equal(broker.broker.counters().refused_connect_connect_timeout, 1)
  })

  it('is met by whoever waits for the access policy with an answer', async (t) => {
    const never = { epoch: 0, connect: () => new Promise<never>(() => {}) }
    const policy = { ...never, publish: never.connect, subscribe: never.connect }
    const broker = await serveFor(t, { policy, limits: { connectSeconds: 0.5, closeSeconds: 60 } })
    const answers = []
    for (const version of [3, 4, 5] as const) {
      const client = await TestClient.open({ ...broker, version })
      answers.push(client.signIn({}))
    }
    const codes = (await Promise.all(answers)).map(({ reasonCode }) => reasonCode)
    assert.deepEqual(codes, [3, 3, reasonCodes.SERVER_BUSY])
    assert.equal(broker.broker.counters().refused_connect_server_busy, 3)
    await waitUntil('they are gone', () => broker.broker.connectionCount === 0)
  })
})

const tcpTable = '/proc/net/tcp'
const KEEP_ALIVE = '02'

describe('TCP keep alive', { skip: existsSync(tcpTable) ? false : `there is no ${tcpTable}` }, () => {
  /** Which of its timers the kernel runs for the server’s connection to `remotePort`. */
  function readTimer(port: number, remotePort: number): string | undefined {
    const hex = (each: number) => `0100007F:${each.toString(16).toUpperCase().padStart(4, '0')}`
    const line = readFileSync(tcpTable, 'utf8')
      .split('\n')
      .find((each) => each.includes(`${hex(port)} ${hex(remotePort)}`))
    return line?.trim().split(/\s+/)[5]?.slice(0, 2)
  }

  it('probes who asked for no keep alive, or a long one, once it is silent, and nobody else', async (t) => {
    const broker = await serveFor(t, { limits: { tcpKeepAliveSeconds: 2 } })
    const connect = async (keepAliveSeconds: number) => {
      const client = await TestClient.connect({
        ...broker,
        keepAliveSeconds,
        clientId: `${keepAliveSeconds}`,
      })
      return client.raw.socket.localPort as number
    }
    const others = [await connect(2), await connect(1)]
    for (const probed of [await connect(0), await connect(3)]) {
      await waitUntil(
        'the kernel’s timer is that of keep alive',
        () => readTimer(broker.port, probed) === KEEP_ALIVE,
      )
    }
    for (const other of others) assert.notEqual(readTimer(broker.port, other), KEEP_ALIVE)
  })
})
