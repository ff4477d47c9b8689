import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { reasonCodes } from '@pillion/packet'
import { waitUntil } from '@pillion/testkit'
import { serveFor } from './fixtures/test-broker.ts'
import { TestClient } from './fixtures/test-client.ts'
import { openPolicy } from './open-policy.ts'

describe('a version 5 client is told in DISCONNECT why it is closed (4.13)', () => {
  for (const [name, hex] of [
    [
      'a second CONNECT of an unknown version, whose own code is not for DISCONNECT [MQTT-3.1.0-2]',
      '100d00044d51545409020000000161',
    ],
    ['a DISCONNECT with a code of servers (3.14.2.1)', 'e0018b'],
  ] as const) {
    it(`for ${name}`, async (t) => {
      const broker = await serveFor(t)
      const client = await TestClient.connect({ ...broker, version: 5 })
      client.raw.sendBytes(Buffer.from(hex, 'hex'))
      const disconnect = await client.next('disconnect')
      assert.equal(disconnect.reasonCode, reasonCodes.PROTOCOL_ERROR)
      assert.match(disconnect.properties?.reasonString ?? '', /.+/)
      await client.untilClosed()
    })
  }

  it('by an operator, with the code that was given as far as DISCONNECT has it [MQTT-3.14.2-1]', async (t) => {
    const broker = await serveFor(t)
    for (const [given, sent] of [
      [reasonCodes.ADMINISTRATIVE_ACTION, reasonCodes.ADMINISTRATIVE_ACTION],
      [reasonCodes.NOT_AUTHORIZED, reasonCodes.NOT_AUTHORIZED],
      [reasonCodes.BAD_USER_NAME_OR_PASSWORD, reasonCodes.NOT_AUTHORIZED],
      [reasonCodes.SERVER_UNAVAILABLE, reasonCodes.SERVER_BUSY],
      [reasonCodes.PACKET_IDENTIFIER_IN_USE, reasonCodes.UNSPECIFIED_ERROR],
    ] as const) {
      const client = await TestClient.connect({ ...broker, version: 5 })
      assert.equal(
        broker.broker.disconnect(({ key }) => key === 'open', given, 'go'),
        1,
      )
      assert.equal((await client.next('disconnect')).reasonCode, sent)
      await client.untilClosed()
    }
  })

  it('when the server shuts down, where to go instead if that is known, a few at a time (3.14.2.2.5)', async (t) => {
    const { broker, port } = await serveFor(t)
    const clients = await Promise.all(
      ['a', 'b', 'c'].map((clientId) => TestClient.connect({ port, version: 5, clientId })),
    )
    const closed = broker.close({ serverReference: 'two.example:8883', drainMilliseconds: 150 })
    await clients[0]?.next('disconnect')
    assert.ok(broker.connectionCount > 0, 'the others are still there')
    for (const client of clients.slice(1)) {
      const { reasonCode, properties } = await client.next('disconnect')
      assert.equal(reasonCode, reasonCodes.USE_ANOTHER_SERVER)
      assert.equal(properties?.serverReference, 'two.example:8883')
    }
    await closed
  })

  it('when the server shuts down: 0x8B, and in a CONNACK if it is still signing in', async (t) => {
    const policy = {
      ...openPolicy,
      connect: ({ clientId }: { clientId: string }) =>
        clientId === 'slow' ? new Promise<never>(() => {}) : openPolicy.connect({} as never),
    }
    const broker = await serveFor(t, { policy })
    const client = await TestClient.connect({ ...broker, version: 5 })
    const pending = await Promise.all(
      ([3, 4, 5] as const).map((version) => TestClient.open({ ...broker, version })),
    )
    const answers = pending.map((each) => each.signIn({ clientId: 'slow' }))
    await client.ping()
    await wait(50)
    await broker.close()
    assert.equal((await client.next('disconnect')).reasonCode, reasonCodes.SERVER_SHUTTING_DOWN)
    const codes = (await Promise.all(answers)).map(({ reasonCode }) => reasonCode)
    assert.deepEqual(codes, [3, 3, reasonCodes.SERVER_UNAVAILABLE])
  })
})

describe('a client that does not read', () => {
  it('is closed with 0x97 in place of what waits, which is counted; it gets that if it reads again in time', async (t) => {
    const broker = await serveFor(t, {
      limits: { outboxStuckSeconds: 1, closeSeconds: 5, outboxBytesMax: 33_554_432 },
    })
    const client = await TestClient.connect({ ...broker, version: 5 })
    await client.subscribe('a')
    client.raw.socket.pause()
    const payload = Buffer.alloc(200_000)
    const count = 100
    for (let i = 0; i < count; i++) broker.broker.publish('a', payload)
    await waitUntil('it is given up', () => broker.lines.some((line) => line.includes('outbox_stuck')))
    client.raw.socket.resume()
    let delivered = 0
    let packet = await client.raw.next()
    for (; packet.type === 'publish'; packet = await client.raw.next()) delivered++
    assert.ok(packet.type === 'disconnect' && packet.reasonCode === reasonCodes.QUOTA_EXCEEDED)
    await client.untilClosed()
    await waitUntil('it is gone', () => broker.broker.connectionCount === 0)
    assert.ok(delivered > 0 && delivered < count)
    const counters = broker.broker.counters()
    const dropped = Object.entries(counters).filter(([name]) => name.startsWith('dropped_'))
    assert.equal(delivered + dropped.reduce((sum, [, messages]) => sum + messages, 0), count)
    assert.equal(counters.messages_sent, delivered)
  })

  it('and goes on not reading is gone after closeSeconds', async (t) => {
    const broker = await serveFor(t, {
      limits: { outboxStuckSeconds: 1, closeSeconds: 1, outboxBytesMax: 33_554_432 },
    })
    const client = await TestClient.connect({ ...broker, version: 5 })
    await client.subscribe('a')
    client.raw.socket.pause()
    for (let i = 0; i < 100; i++) broker.broker.publish('a', Buffer.alloc(200_000))
    await waitUntil('it is gone', () => broker.broker.connectionCount === 0, 8_000)
    client.raw.destroy()
  })
})
