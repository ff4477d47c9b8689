import assert from 'node:assert/strict'
import net from 'node:net'
import { describe, it } from 'node:test'
import { reasonCodes } from '@pillion/packet'
import { waitUntil } from '@pillion/testkit'
import { serveFor } from './fixtures/test-broker.ts'
import { TestClient } from './fixtures/test-client.ts'

describe('connectionsMax', () => {
  it('is as many as may be: whoever comes then is closed and counted, with one line in the log for all', async (t) => {
    const { broker, port, lines } = await serveFor(t, { limits: { connectionsMax: 2 } })
    const clients = [
      await TestClient.connect({ port, clientId: '1' }),
      await TestClient.connect({ port, clientId: '2' }),
    ] as const
    for (let i = 0; i < 10; i++) {
      const late = await TestClient.open({ port })
      await late.untilClosed()
      assert.deepEqual(late.received, [])
    }
    const counters = broker.counters()
    assert.equal(counters.refused_connect_too_many_connections, 10)
    assert.equal(counters.connections_refused, 10)
    await waitUntil('it is in the log', () => lines.some((line) => line.includes('too_many_connections')))
    assert.ok(lines.filter((line) => line.includes('too_many_connections')).length <= 2)
    for (const client of clients) await client.ping()
    await clients[0].lose()
    await waitUntil('there is room', () => broker.connectionCount === 1)
    await TestClient.connect({ port, clientId: '3' })
  })
})

describe('clientIdBytesMax', () => {
  it('counts bytes, not characters: 0x85 in version 5, 2 in 3.x [MQTT-3.1.3-8] [3.1.1:MQTT-3.1.3-9]', async (t) => {
    const broker = await serveFor(t, { limits: { clientIdBytesMax: 30 } })
    for (const [version, code] of [
      [3, 2],
      [4, 2],
      [5, reasonCodes.CLIENT_IDENTIFIER_NOT_VALID],
    ] as const) {
      for (const [clientId, reasonCode] of [
        ['ü'.repeat(15), 0],
        [`${'ü'.repeat(15)}x`, code],
      ] as const) {
        const client = await TestClient.open({ ...broker, version })
        assert.equal((await client.signIn({ clientId })).reasonCode, reasonCode)
        await client.lose()
      }
    }
  })
})

describe('client ids of 3.1', () => {
  it('may have more than its 23 characters: a leniency, as its clients have long used more (3.1, 3.1)', async (t) => {
    const broker = await serveFor(t)
    for (const length of [1, 23, 24, 100]) {
      const client = await TestClient.connect({ ...broker, version: 3, clientId: 'x'.repeat(length) })
      await client.ping()
    }
  })

  it('may not be empty, whether the session is clean or not: return code 2 (3.1, 3.1)', async (t) => {
    const broker = await serveFor(t)
    for (const clean of [true, false]) {
      const client = await TestClient.open({ ...broker, version: 3 })
      assert.equal((await client.signIn({ clientId: '', clean })).reasonCode, 2)
      await client.untilClosed()
    }
    assert.equal(broker.broker.counters().refused_connect_client_id_missing, 2)
  })
})

describe('closeSeconds', () => {
  it('is how long a peer may take to go after a deliberate close', async (t) => {
    const { broker, port } = await serveFor(t, { limits: { closeSeconds: 1 } })
    const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    t.after(() => socket.destroy())
    // Not a CONNECT; the broker ends its side, this one does not.
    socket.write(Buffer.from('c000', 'hex'))
    const endedAt = await new Promise<number>((resolve) =>
      socket.once('end', () => resolve(performance.now())),
    )
    await waitUntil('it is gone', () => broker.connectionCount === 0)
    assert.ok(performance.now() - endedAt >= 900)
  })
})

describe('Maximum Packet Size of a client that is smaller than a CONNACK', () => {
  it('is answered with 0x95 if that fits, else not at all [MQTT-3.1.2-24]', async (t) => {
    const broker = await serveFor(t)
    const narrow = await TestClient.open({ ...broker, version: 5 })
    const connack = await narrow.signIn({ properties: { packetBytesMax: 5 } })
    assert.equal(connack.reasonCode, reasonCodes.PACKET_TOO_LARGE)
    await narrow.untilClosed()
    const narrower = await TestClient.open({ ...broker, version: 5 })
    await assert.rejects(narrower.signIn({ properties: { packetBytesMax: 4 } }), /The connection closed/)
    assert.equal(broker.broker.counters().refused_connect_packet_bytes_too_few, 2)
  })
})
