import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { encode, type Packet, PacketStream } from '@pillion/packet'
import { waitUntil } from '@pillion/testkit'
import { WebSocket, WebSocketServer } from 'ws'
import { Broker } from '../broker.ts'
import { openPolicy } from '../open-policy.ts'

describe('MQTT over WebSocket', () => {
  const broker = new Broker({ policy: openPolicy })
  let server: WebSocketServer

  before(async () => {
    await broker.open()
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    server.on('connection', (socket) =>
      broker.attachWebSocket(socket, { listener: 'http', remoteAddress: '127.0.0.1' }),
    )
    await once(server, 'listening')
  })
  after(async () => {
    await broker.close()
    server.close()
  })

  async function open() {
    const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const stream = new PacketStream({ packetBytesMax: 1_000_000, protocolVersion: 4 })
    const received: Packet[] = []
    socket.on('message', (data) => received.push(...stream.push(data as Buffer)))
    await once(socket, 'open')
    return { socket, received }
  }

  const packets = Buffer.concat([
    encode({ type: 'connect', protocolVersion: 4, clean: true, keepAliveSeconds: 0, clientId: 'web' }, 4),
    encode(
      {
        type: 'subscribe',
        packetId: 1,
        subscriptions: [
          { topicFilter: 'a', qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 },
        ],
      },
      4,
    ),
    ...['one', 'x'.repeat(100_000)].map((text) =>
      encode(
        { type: 'publish', dup: false, qos: 0, retain: false, topicName: 'a', payload: Buffer.from(text) },
        4,
      ),
    ),
  ])

  for (const [name, size] of [
    ['share a frame', packets.length],
    ['span frames', 7_001],
  ] as const) {
    it(`takes packets that ${name} [MQTT-6.0.0-2], and goes on delivering`, async () => {
      const { socket, received } = await open()
      for (let at = 0; at < packets.length; at += size) socket.send(packets.subarray(at, at + size))
      await waitUntil('both messages', () => received.length === 4)
      assert.deepEqual(
        received.map(({ type }) => type),
        ['connack', 'suback', 'publish', 'publish'],
      )
      const { connections } = broker.listConnections(() => true, { countMax: 1, topicFiltersMax: 0 })
      const [{ transport, bytesReceived } = assert.fail()] = connections
      assert.deepEqual([transport, bytesReceived], ['websocket', packets.length])
      socket.terminate()
    })
  }

  it('ends at a text frame, and takes nothing after it [MQTT-6.0.0-1]', async () => {
    const { socket, received } = await open()
    socket.send('text')
    socket.send(packets)
    const [code] = await once(socket, 'close')
    assert.equal(code, 1003)
    assert.deepEqual(received, [])
  })
})
