import { malformed, protocolError } from './faults.ts'
import { remainingLength, remainingLengthBytes } from './frame.ts'
import type { Packet, Pingreq, Pingresp, ProtocolVersion } from './packet.ts'
import { areFlagsAllowed, packetTypes } from './packet-types.ts'
import { readAcknowledgement } from './packets/acknowledgement.ts'
import { readAuth } from './packets/auth.ts'
import { readConnack } from './packets/connack.ts'
import { readConnect } from './packets/connect.ts'
import { readDisconnect } from './packets/disconnect.ts'
import { readPublish } from './packets/publish.ts'
import { readSuback } from './packets/suback.ts'
import { readSubscribe } from './packets/subscribe.ts'
import { readUnsuback } from './packets/unsuback.ts'
import { readUnsubscribe } from './packets/unsubscribe.ts'
import { Reader } from './reader.ts'

/**
 * The packet that bytes[start, end) holds, exactly one and whole. `version` is the connection's; a CONNECT
 * brings its own, and nothing but a CONNECT is taken while it is undefined.
 *
 * Payloads, passwords and other binary members are views of `bytes`: copy what must outlive them. Version 5
 * properties are absent when there are none. Who may send what (a PUBLISH with subscription identifiers, a
 * SUBSCRIBE from a server) and what a topic filter means is the caller's to judge.
 * @throws {MqttError} for every breach of the standard, with the clause in the message: of version 5 where
 *   no other is named
 */
export function decode(
  bytes: Uint8Array,
  start: number,
  end: number,
  version: ProtocolVersion | undefined,
): Packet {
  const length = remainingLength(bytes, start, end)
  const body = start + 1 + remainingLengthBytes(length)
  if (length < 0 || body + length !== end) throw malformed('The bytes are not exactly one packet (2.1.4)')
  const reader = new Reader(bytes, body, end)
  const packet = readPacket(reader, bytes[start] as number, version)
  if (reader.remaining > 0) throw malformed(`${reader.remaining} bytes follow the last field (2.1.4)`)
  return packet
}

const pingreq: Pingreq = Object.freeze({ type: 'pingreq' })
const pingresp: Pingresp = Object.freeze({ type: 'pingresp' })

function readPacket(reader: Reader, firstByte: number, version: ProtocolVersion | undefined): Packet {
  const type = firstByte >> 4
  const flags = firstByte & 0x0f
  if (type === packetTypes.connect) {
    checkFlags(type, flags, version ?? 5)
    return readConnect(reader)
  }
  if (version === undefined) throw protocolError('The first packet is not a CONNECT [MQTT-3.1.0-1]')
  if (type === packetTypes.publish) return readPublish(reader, flags, version)
  checkFlags(type, flags, version)
  switch (type) {
    case packetTypes.connack:
      return readConnack(reader, version)
    case packetTypes.puback:
      return readAcknowledgement(reader, 'puback', version)
    case packetTypes.pubrec:
      return readAcknowledgement(reader, 'pubrec', version)
    case packetTypes.pubrel:
      return readAcknowledgement(reader, 'pubrel', version)
    case packetTypes.pubcomp:
      return readAcknowledgement(reader, 'pubcomp', version)
    case packetTypes.subscribe:
      return readSubscribe(reader, version)
    case packetTypes.suback:
      return readSuback(reader, version)
    case packetTypes.unsubscribe:
      return readUnsubscribe(reader, version)
    case packetTypes.unsuback:
      return readUnsuback(reader, version)
    case packetTypes.pingreq:
      return pingreq
    case packetTypes.pingresp:
      return pingresp
    case packetTypes.disconnect:
      return readDisconnect(reader, version)
    case packetTypes.auth:
      if (version === 5) return readAuth(reader)
  }
  throw malformed(`Packet type ${type} is reserved (2.1.2)`)
}

function checkFlags(type: number, flags: number, version: ProtocolVersion): void {
  if (areFlagsAllowed(type, flags, version)) return
  throw malformed(`Reserved flags of packet type ${type} are ${flags} [MQTT-2.1.3-1]`)
}
