import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { after, describe, it } from 'node:test'
import { encode, type Packet, PacketStream, type ProtocolVersion } from '@pillion/packet'
import { packetCases } from '@pillion/packet/cases'
import fc from 'fast-check'
import { WebSocket, WebSocketServer } from 'ws'
import { serve } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'
import { protocols } from './protocols.ts'

const broker = await serve()
const webSockets = new WebSocketServer({ port: 0, host: '127.0.0.1' })
webSockets.on('connection', (socket) =>
  broker.broker.attachWebSocket(socket, { listener: 'ws', remoteAddress: '127.0.0.1' }),
)
await once(webSockets, 'listening')
after(() => {
  webSockets.close()
  return broker.close()
})

/** What a client may say, answers to QoS 1 and 2 apart, which nobody asked for; DISCONNECT and CONNECT begin and end it. */
const sayable = new Set<Packet['type']>(['publish', 'pubrel', 'subscribe', 'unsubscribe', 'pingreq'])

function conversation(version: ProtocolVersion): readonly Uint8Array[] {
  const rows = packetCases.filter(
    ({ versions, packet }) =>
      versions.includes(version) &&
      sayable.has(packet.type) &&
      // Topic aliases beyond the server’s maximum, and identifiers that only a server may send, end a connection.
      !('properties' in packet && packet.properties?.topicAlias !== undefined),
  )
  assert.ok(rows.length >= 10)
  return rows.map(({ bytes }) => bytes)
}

for (const { version, name } of protocols) {
  describe(`a stream of MQTT ${name}`, () => {
    const fields = { clean: true, keepAliveSeconds: 0, clientId: `stream-${version}` }
    const packets = [
      encode({ type: 'connect', protocolVersion: version, ...fields }, version),
      ...conversation(version),
      encode({ type: 'pingreq' }, version),
    ]
    const bytes = Buffer.concat(packets)
    /** Without the rows of 16 KB, whose bytes are all alike. */
    const short = Buffer.concat(packets.filter(({ length }) => length < 1_000))

    it('of every legal packet is taken to its end', async () => {
      const types = await talk([bytes])
      assert.equal(types.at(-1), 'pingresp')
      assert.ok(types.filter((type) => type === 'suback').length > 0)
    })

    it('gets the same answers however it is cut into chunks [MQTT-4.2.0-1] [3.1.1:MQTT-7.1.1-1]', async () => {
      const expected = await talk([bytes])
      await fc.assert(
        fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 40 }), async (sizes) => {
          assert.deepEqual(await talk(cut(bytes, sizes)), expected)
        }),
        { numRuns: 30 },
      )
    })

    it('gets the same answers byte by byte', async () => {
      assert.deepEqual(await talk(cut(short, Array(short.length).fill(1))), await talk([short]))
    })

    it('may begin and end anywhere in WebSocket frames [MQTT-6.0.0-2]', async () => {
      const expected = await talk([short])
      for (const size of [1, 7, 100, short.length]) {
        const frames = cut(short, Array(Math.ceil(short.length / size)).fill(size))
        assert.deepEqual(await talkInFrames(frames), expected)
      }
    })

    async function talk(chunks: readonly Uint8Array[]): Promise<string[]> {
      const { raw } = await TestClient.open({ ...broker, version })
      for (const chunk of chunks) {
        raw.sendBytes(chunk)
        if (chunks.length > 1) await new Promise(setImmediate)
      }
      raw.socket.end()
      await raw.closed(10_000)
      return rest(() => raw.next(1))
    }

    async function talkInFrames(frames: readonly Uint8Array[]): Promise<string[]> {
      const { port } = webSockets.address() as AddressInfo
      const socket = new WebSocket(`ws://127.0.0.1:${port}`, 'mqtt')
      const stream = new PacketStream({ packetBytesMax: 1_000_000, protocolVersion: version })
      const types: string[] = []
      socket.on('message', (data) => types.push(...stream.push(data as Buffer).map(({ type }) => type)))
      await once(socket, 'open')
      for (const frame of frames) socket.send(frame)
      socket.send(encode({ type: 'disconnect', reasonCode: 0 }, version))
      await once(socket, 'close')
      return types
    }
  })
}

describe('a WebSocket that is not binary', () => {
  it('ends at its first text frame [MQTT-6.0.0-1]', async () => {
    const { port } = webSockets.address() as AddressInfo
    const socket = new WebSocket(`ws://127.0.0.1:${port}`, 'mqtt')
    let answers = 0
    socket.on('message', () => answers++)
    await once(socket, 'open')
    socket.send('text')
    const [code] = await once(socket, 'close')
    assert.equal(code, 1003)
    assert.equal(answers, 0)
  })
})

/** Chunks of these sizes, then the rest. */
function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = []
  let at = 0
  for (const size of sizes) {
    if (at >= bytes.length) break
    chunks.push(bytes.subarray(at, at + size))
    at += size
  }
  if (at < bytes.length) chunks.push(bytes.subarray(at))
  return chunks
}

async function rest(next: () => Promise<Packet>): Promise<string[]> {
  const types: string[] = []
  for (;;) {
    try {
      types.push((await next()).type)
    } catch (error) {
      assert.match((error as Error).message, /closed/)
      return types
    }
  }
}
