import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { packetCases, refusedCases } from './cases.ts'
import { encode, MqttError, type Packet, type ProtocolVersion, reasonCodes } from './index.ts'

describe('encode', () => {
  for (const { name, versions, bytes, packet, decodeOnly } of packetCases) {
    if (decodeOnly) continue
    for (const version of versions) {
      test(`writes: ${name} (version ${version})`, () => {
        assert.deepEqual(encode(packet, version), bytes)
      })
    }
  }

  for (const { name, versions, packet, code, clause } of refusedCases) {
    for (const version of versions) {
      test(`refuses: ${name} ${clause} (version ${version})`, () => {
        assert.throws(
          () => encode(packet, version),
          (error) =>
            error instanceof MqttError &&
            error.reasonCode === reasonCodes[code] &&
            error.message.includes(clause),
        )
      })
    }
  }

  const properties = { userProperties: [['k', 'v']] } as const
  const withoutRoom: readonly (readonly [name: string, packet: Packet, hex: string])[] = [
    [
      'properties of a PUBLISH',
      {
        type: 'publish',
        dup: false,
        qos: 0,
        retain: false,
        topicName: 'a',
        payload: new Uint8Array(0),
        properties,
      },
      '3003000161',
    ],
    ['the reason of a PUBACK', { type: 'puback', packetId: 1, reasonCode: 0x87, properties }, '40020001'],
    [
      'the reason codes of an UNSUBACK',
      { type: 'unsuback', packetId: 1, reasonCodes: [0x87], properties },
      'b0020001',
    ],
    ['the reason of a DISCONNECT', { type: 'disconnect', reasonCode: 0x8e, properties }, 'e000'],
    [
      'properties of a CONNACK',
      { type: 'connack', sessionPresent: false, reasonCode: 2, properties },
      '20020002',
    ],
    [
      'subscription options',
      {
        type: 'subscribe',
        packetId: 1,
        subscriptions: [
          { topicFilter: 'a', qos: 1, noLocal: true, retainAsPublished: true, retainHandling: 2 },
        ],
        properties,
      },
      '8206000100016101',
    ],
  ]
  for (const [name, packet, hex] of withoutRoom) {
    for (const version of [3, 4] as const) {
      test(`leaves out ${name}, for which 3.x has no room (version ${version})`, () => {
        assert.equal(Buffer.from(encode(packet, version)).toString('hex'), hex)
      })
    }
  }

  test('writes a CONNECT in its own version, whatever the other argument says', () => {
    for (const { bytes, packet, decodeOnly } of packetCases) {
      if (packet.type !== 'connect' || decodeOnly) continue
      for (const version of [3, 4, 5] as const) assert.deepEqual(encode(packet, version), bytes)
    }
  })

  test('leaves out Session Present in 3.1, which has no such flag', () => {
    const bytes = encode({ type: 'connack', sessionPresent: true, reasonCode: 0 }, 3)
    assert.deepEqual(bytes, Uint8Array.of(0x20, 2, 0, 0))
  })

  test('takes empty properties for absent ones', () => {
    const packet: Packet = { type: 'disconnect', reasonCode: 0, properties: {} }
    assert.deepEqual(encode(packet, 5), Uint8Array.of(0xe0, 0))
  })

  test('takes a text of 65,535 bytes and a Remaining Length of four bytes', () => {
    const publish = { type: 'publish', dup: false, qos: 0, retain: false } as const
    const topicName = 'x'.repeat(65_535)
    const bytes = encode({ ...publish, topicName, payload: new Uint8Array(2_097_152 - 65_537) }, 4)
    assert.deepEqual(bytes.subarray(0, 7), Uint8Array.of(0x30, 0x80, 0x80, 0x80, 0x01, 0xff, 0xff))
    assert.equal(bytes.length, 5 + 2_097_152)
  })

  test('refuses a packet that Remaining Length has no room for (2.1.4)', () => {
    // Only the length is read before the refusal, so the payload need not exist.
    const payload = { length: 268_435_455 } as Uint8Array
    const packet: Packet = { type: 'publish', dup: false, qos: 0, retain: false, topicName: 'a', payload }
    const version: ProtocolVersion = 4
    assert.throws(() => encode(packet, version), { reasonCode: reasonCodes.PACKET_TOO_LARGE })
  })
})
