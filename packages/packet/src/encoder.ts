import { malformed } from './faults.ts'
import { remainingLengthBytes } from './frame.ts'
import { MqttError } from './mqtt-error.ts'
import type { Packet, ProtocolVersion } from './packet.ts'
import { packetTypes, reservedFlags } from './packet-types.ts'
import { writeAcknowledgement } from './packets/acknowledgement.ts'
import { writeAuth } from './packets/auth.ts'
import { writeConnack } from './packets/connack.ts'
import { writeConnect } from './packets/connect.ts'
import { writeDisconnect } from './packets/disconnect.ts'
import { publishFlags, writePublish } from './packets/publish.ts'
import { writeSuback } from './packets/suback.ts'
import { writeSubscribe } from './packets/subscribe.ts'
import { writeUnsuback } from './packets/unsuback.ts'
import { writeUnsubscribe } from './packets/unsubscribe.ts'
import { reasonCodes } from './reason-codes.ts'
import { VARIABLE_BYTE_INTEGER_MAX } from './variable-byte-integer.ts'
import { ByteCounter, ByteWriter, type Writer } from './writer.ts'

/**
 * The bytes of `packet` in `version`; a CONNECT is written in its own. What 3.x has no room for is left
 * out: properties, subscription options, reason codes of everything but CONNACK and SUBACK. In version 5 the
 * shortest form is written. The result has exactly the packet's length but may share its ArrayBuffer with
 * other packets: do not transfer that.
 * @throws {MqttError} with the code and clause that `decode` would have for such a packet, and
 *   PACKET_TOO_LARGE beyond 268,435,455 bytes of Remaining Length
 */
export function encode(packet: Packet, version: ProtocolVersion): Uint8Array {
  const counter = new ByteCounter()
  writePacket(counter, packet, version)
  const { length } = counter
  if (length > VARIABLE_BYTE_INTEGER_MAX) {
    throw new MqttError(
      reasonCodes.PACKET_TOO_LARGE,
      'Packet is longer than Remaining Length can say (2.1.4)',
    )
  }
  const writer = new ByteWriter(1 + remainingLengthBytes(length) + length, counter.sectionLengths)
  writer.byte(firstByte(packet))
  writer.variableByteInteger(length)
  writePacket(writer, packet, version)
  return writer.bytes
}

function firstByte(packet: Packet): number {
  const type = packetTypes[packet.type]
  return (type << 4) | (packet.type === 'publish' ? publishFlags(packet) : reservedFlags(type))
}

function writePacket(writer: Writer, packet: Packet, version: ProtocolVersion) {
  switch (packet.type) {
    case 'connect':
      return writeConnect(writer, packet)
    case 'connack':
      return writeConnack(writer, packet, version)
    case 'publish':
      return writePublish(writer, packet, version)
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      return writeAcknowledgement(writer, packet, version)
    case 'subscribe':
      return writeSubscribe(writer, packet, version)
    case 'suback':
      return writeSuback(writer, packet, version)
    case 'unsubscribe':
      return writeUnsubscribe(writer, packet, version)
    case 'unsuback':
      return writeUnsuback(writer, packet, version)
    case 'disconnect':
      return writeDisconnect(writer, packet, version)
    case 'auth':
      if (version !== 5) throw malformed('AUTH exists in version 5 only (2.1.2)')
      return writeAuth(writer, packet)
    case 'pingreq':
    case 'pingresp':
  }
}
