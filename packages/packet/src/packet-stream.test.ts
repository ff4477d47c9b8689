import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { packetCases } from './cases.ts'
import { encode, MqttError, type Packet, PacketStream, type ProtocolVersion, reasonCodes } from './index.ts'
import { anyPacket } from './packet.arbitrary.ts'

const packetBytesMax = 262_144
const tooLarge = { name: 'MqttError', reasonCode: reasonCodes.PACKET_TOO_LARGE }

test('finds the same packets when every byte comes alone', () => {
  for (const version of [3, 4, 5] as const) {
    const cases = packetCases.filter(
      ({ versions, bytes }) => versions.includes(version) && bytes.length < 1_000,
    )
    const stream = new PacketStream({ packetBytesMax, protocolVersion: version })
    const received: Packet[] = []
    for (const byte of Buffer.concat(cases.map(({ bytes }) => bytes)))
      received.push(...stream.push(Uint8Array.of(byte)))
    assert.deepEqual(
      received,
      cases.map(({ packet }) => packet),
    )
  }
})

test('finds the same packets however the bytes are cut into chunks', () => {
  const anyStream = fc
    .constantFrom<ProtocolVersion>(3, 4, 5)
    .chain((version) =>
      fc.tuple(
        fc.constant(version),
        fc.array(anyPacket(version), { minLength: 1, maxLength: 10 }),
        fc.array(fc.nat({ max: 30 })),
      ),
    )
  fc.assert(
    fc.property(anyStream, ([protocolVersion, packets, cuts]) => {
      const stream = new PacketStream({ packetBytesMax, protocolVersion })
      const bytes = Uint8Array.from(packets.flatMap((packet) => [...encode(packet, protocolVersion)]))
      const received: Packet[] = []
      let start = 0
      for (const length of [...cuts, bytes.length]) {
        received.push(...stream.push(bytes.subarray(start, start + length)))
        start = Math.min(start + length, bytes.length)
      }
      assert.deepEqual(received, packets)
    }),
    { numRuns: 300 },
  )
})

test('gives the packets of one chunk at once and keeps the beginning of the next', () => {
  const stream = new PacketStream({ packetBytesMax, protocolVersion: 4 })
  const types = (hex: string) => stream.push(Buffer.from(hex, 'hex')).map(({ type }) => type)
  assert.deepEqual(types('c000d00030'), ['pingreq', 'pingresp'])
  assert.deepEqual(types(''), [])
  assert.deepEqual(types('03000161c0'), ['publish'])
  assert.deepEqual(types('00'), ['pingreq'])
})

test('learns the version from a CONNECT', () => {
  const stream = new PacketStream({ packetBytesMax })
  stream.push(Buffer.from('100e00044d5154540502003c00000161', 'hex'))
  assert.equal(stream.protocolVersion, 5)
  assert.equal(stream.push(Buffer.from('f000', 'hex')).length, 1)
})

test('takes a packet of exactly packetBytesMax and refuses one byte more before it has come', () => {
  const publish = { type: 'publish', dup: false, qos: 0, retain: false, topicName: 'a' } as const
  const bytes = encode({ ...publish, payload: new Uint8Array(200) }, 4)
  const exact = new PacketStream({ packetBytesMax: bytes.length, protocolVersion: 4 })
  assert.equal(exact.push(bytes).length, 1)
  const narrow = new PacketStream({ packetBytesMax: bytes.length - 1, protocolVersion: 4 })
  assert.deepEqual(narrow.push(bytes.subarray(0, 2)), [])
  assert.throws(() => narrow.push(bytes.subarray(2, 3)), tooLarge)
})

test('refuses a Remaining Length of five bytes as soon as the fourth says so (1.5.5)', () => {
  const stream = new PacketStream({ packetBytesMax, protocolVersion: 4 })
  for (const byte of [0x30, 0xff, 0xff, 0xff]) assert.deepEqual(stream.push(Uint8Array.of(byte)), [])
  assert.throws(() => stream.push(Uint8Array.of(0xff)), MqttError)
})
