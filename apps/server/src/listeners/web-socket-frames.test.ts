import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { encode } from '@pillion/packet'
import { RawMqttClient, waitUntil } from '@pillion/testkit'
import { defaultLimits } from '../limits.ts'
import { ask, portOf, startTestServer } from '../server.fixture.ts'
import { type Frame, opcodes, RawWebSocket } from './web-socket.fixture.ts'

const server = await startTestServer({
  'access.mode': 'open',
  'limits.closeSeconds': 1,
  'limits.outboxStuckSeconds': 1,
  'limits.webSocketReadsMax': 64,
})
const { webSocketMessageBytesMax: bytesMax, webSocketFragmentsMax: fragmentsMax } = defaultLimits

const connectPacket = encode(
  { type: 'connect', protocolVersion: 4, clean: true, keepAliveSeconds: 0, clientId: '' },
  4,
)
const pingreq = Buffer.from([0xc0, 0])
const connack = Buffer.from([0x20, 2, 0, 0])
const pingresp = Buffer.from([0xd0, 0])
const answers = Buffer.concat([connack, pingresp])

function split(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (byte) => Uint8Array.of(byte))
}

/** As one message; pings may come in between (RFC 6455, 5.4). */
function fragments(pieces: readonly Uint8Array[], between: readonly Frame[] = []): Frame[] {
  return pieces.flatMap((payload, index): Frame[] => [
    { opcode: index === 0 ? 'binary' : 'continuation', payload, fin: index === pieces.length - 1 },
    ...(index === pieces.length - 1 ? [] : between),
  ])
}

describe('MQTT packets in WebSocket frames [MQTT-6.0.0-2]', { concurrency: true }, () => {
  const packets = Buffer.concat([connectPacket, pingreq])
  const rows: [name: string, frames: Frame[]][] = [
    ['may share one', [{ opcode: 'binary', payload: packets }]],
    ['may come a byte per message', split(packets).map((payload) => ({ opcode: 'binary', payload }))],
    ['may come a byte per fragment', fragments(split(packets))],
    ['may come in fragments with pings in between', fragments(split(packets), [{ opcode: 'ping' }])],
    ['may come with empty fragments', fragments(split(packets).flatMap((piece) => [piece, Buffer.alloc(0)]))],
    [
      'may come with empty messages',
      [{ opcode: 'binary' }, { opcode: 'binary', payload: packets }, { opcode: 'binary' }],
    ],
  ]
  for (const [name, frames] of rows) {
    it(name, async () => {
      const client = await RawWebSocket.open(server)
      client.send(...frames)
      await waitUntil('the answers', () => client.bytes.length >= answers.length)
      assert.deepEqual(client.bytes, answers)
      client.socket.destroy()
    })
  }

  it('are taken byte by byte from the network, too', async () => {
    const client = await RawWebSocket.open(server)
    client.socket.setNoDelay(true)
    const bytes = Buffer.from('828e00000000100c00044d5154540402003c0000', 'hex')
    for (const byte of split(bytes)) {
      client.socket.write(byte)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    await waitUntil('the answer', () => client.bytes.length > 0)
    assert.deepEqual(client.bytes, connack)
    client.socket.destroy()
  })
})

const half = Buffer.alloc(bytesMax / 2)
const bomb = deflateRawSync(Buffer.alloc(64 * 1024 * 1024))

const breaches: [name: string, code: number, frames: Frame[]][] = [
  ['a text frame [MQTT-6.0.0-1]', 1003, [{ opcode: 'text', payload: connectPacket }]],
  ['a message beyond the limit, before it is collected', 1009, [{ opcode: 'binary', claims: bytesMax + 1 }]],
  ['a message of 2^63 bytes', 1009, [{ opcode: 'binary', claims: 2 ** 63 }]],
  [
    'fragments that are beyond the limit together',
    1009,
    [
      { opcode: 'binary', payload: half, fin: false },
      { opcode: 'continuation', payload: half, fin: false },
      { opcode: 'continuation', payload: Buffer.alloc(1), fin: false },
    ],
  ],
  ['more fragments than may be', 1008, fragments(split(Buffer.alloc(fragmentsMax + 1)))],
  ['a frame without mask', 1002, [{ opcode: 'binary', payload: connectPacket, masked: false }]],
  ['a compressed bomb', 1002, [{ opcode: 'binary', payload: bomb, reserved: 4 }]],
  ['the second reserved bit', 1002, [{ opcode: 'binary', payload: connectPacket, reserved: 2 }]],
  ['the third reserved bit', 1002, [{ opcode: 'binary', payload: connectPacket, reserved: 1 }]],
  ['a reserved opcode', 1002, [{ opcode: 'reserved' }]],
  ['a continuation of nothing', 1002, [{ opcode: 'continuation', payload: connectPacket }]],
  ['a message within a message', 1002, [{ opcode: 'binary', fin: false }, { opcode: 'binary' }]],
  ['a ping in fragments', 1002, [{ opcode: 'ping', fin: false }]],
  ['a ping that is too long', 1002, [{ opcode: 'ping', payload: Buffer.alloc(126) }]],
  ['a close code that may not be sent', 1002, [{ opcode: 'close', payload: Buffer.from([3, 0xed]) }]],
  [
    'a close with a reason that is no UTF-8',
    1007,
    [{ opcode: 'close', payload: Buffer.from([3, 0xe8, 0xff]) }],
  ],
  ['no CONNECT first', 1000, [{ opcode: 'binary', payload: pingreq }]],
]

describe('a WebSocket is closed, also if the client does not answer the close', { concurrency: true }, () => {
  for (const [name, code, frames] of breaches) {
    it(`with ${code} after ${name}`, async () => {
      const client = await RawWebSocket.open(server)
      client.send(...frames)
      assert.equal(await client.closeCode(), code)
      assert.equal(client.bytes.length, 0)
    })
  }

  it('with 1008 after a frame in more reads than may be', async () => {
    const client = await RawWebSocket.open(server)
    client.socket.setNoDelay(true)
    client.send({ opcode: 'binary', claims: 1_000 })
    const drip = setInterval(() => client.socket.write('x'), 4)
    await waitUntil('the close frame', () => client.frames.length > 0)
    clearInterval(drip)
    assert.equal(await client.closeCode(), 1008)
  })

  it('with 1003 after a text frame of a client that is signed in, which publishes nothing more', async () => {
    const client = await RawWebSocket.open(server)
    client.send({ opcode: 'binary', payload: connectPacket })
    await waitUntil('the answer', () => client.bytes.length > 0)
    client.send({ opcode: 'text' }, { opcode: 'binary', payload: pingreq })
    assert.equal(await client.closeCode(), 1003)
    assert.deepEqual(client.bytes, connack)
  })
})

it('compression that is offered is not taken', async () => {
  const client = await RawWebSocket.open(
    server,
    'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n',
  )
  assert.match(client.head, /^HTTP\/1\.1 101 /)
  assert.doesNotMatch(client.head, /extensions/i)
  client.socket.destroy()
})

it('pings are answered, and a flood of them, unread, neither kept nor suffered', async () => {
  const polite = await RawWebSocket.open(server)
  polite.send({ opcode: 'ping', payload: Buffer.from('a') })
  await waitUntil('the pong', () => polite.frames.length > 0)
  assert.deepEqual(polite.frames, [{ opcode: opcodes.pong, payload: Buffer.from('a') }])

  const flooder = await RawWebSocket.open(server)
  flooder.socket.pause()
  const flood: Frame[] = Array.from({ length: 1_000 }, () => ({ opcode: 'ping', payload: randomBytes(125) }))
  const bystander = await RawMqttClient.open({ port: portOf(server, 'mqtt') })
  await bystander.connect()
  for (let round = 0; round < 500 && !flooder.socket.closed; round++) {
    flooder.send(...flood)
    bystander.send({ type: 'pingreq' })
    await bystander.receive('pingresp')
  }
  assert.ok(flooder.socket.closed, 'it was closed')
  polite.send({ opcode: 'ping' })
  await waitUntil('the second pong', () => polite.frames.length > 1)
  for (const socket of [polite.socket, flooder.socket, bystander.socket]) socket.destroy()
})

it('a subscriber that never reads is closed, and every message it missed is counted', async () => {
  const subscribe = encode(
    {
      type: 'subscribe',
      packetId: 1,
      subscriptions: [
        { topicFilter: 'a', qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 },
      ],
    },
    4,
  )
  const reader = await RawWebSocket.open(server)
  reader.send({ opcode: 'binary', payload: connectPacket }, { opcode: 'binary', payload: subscribe })
  await waitUntil('the answers', () => reader.bytes.length >= 9)
  reader.socket.pause()
  const sender = await RawMqttClient.open({ port: portOf(server, 'mqtt') })
  await sender.connect()
  const payload = Buffer.alloc(65_536)
  const messages = 800
  for (let index = 0; index < messages; index++) {
    sender.send({ type: 'publish', dup: false, qos: 0, retain: false, topicName: 'a', payload })
    if (index % 16 === 15) {
      sender.send({ type: 'pingreq' })
      await sender.receive('pingresp')
    }
  }
  await reader.closeCode()
  sender.destroy()
  const metrics = (await ask(server, '/metrics')).body.toString()
  const dropped = [...metrics.matchAll(/^pillion_dropped_total\{.*\} (\d+)$/gm)].map(([, count]) =>
    Number(count),
  )
  const [, sent] = /^pillion_messages_sent_total (\d+)$/m.exec(metrics) ?? []
  assert.equal(
    dropped.reduce((sum, count) => sum + count, Number(sent)),
    messages,
  )
  assert.ok(Number(sent) < messages)
})
