import { checkReasonCode } from '../allowed-reason-codes.ts'
import type { Acknowledgement, ProtocolVersion } from '../packet.ts'
import { hasProperties, readProperties, writeProperties } from '../properties.ts'
import type { Reader, Unfinished } from '../reader.ts'
import type { Writer } from '../writer.ts'

/** PUBACK, PUBREC, PUBREL and PUBCOMP (3.4 to 3.7). Version 5 may leave out the properties, then the reason code 0. */
export function readAcknowledgement(
  reader: Reader,
  type: Acknowledgement['type'],
  version: ProtocolVersion,
): Acknowledgement {
  const packet: Unfinished<Acknowledgement> = { type, packetId: reader.packetId(), reasonCode: 0 }
  if (version !== 5) return packet
  if (reader.remaining > 0) {
    packet.reasonCode = reader.byte()
    checkReasonCode(type, packet.reasonCode)
  }
  if (reader.remaining > 0) {
    const properties = readProperties(reader, type)
    if (properties !== undefined) packet.properties = properties
  }
  return packet
}

/** In 3.x there is no room for a reason code; it is left out. */
export function writeAcknowledgement(
  writer: Writer,
  packet: Acknowledgement,
  version: ProtocolVersion,
): void {
  const { type, packetId, reasonCode, properties } = packet
  writer.packetId(packetId)
  if (version !== 5) return
  checkReasonCode(type, reasonCode)
  const withProperties = hasProperties(properties)
  if (reasonCode !== 0 || withProperties) writer.byte(reasonCode)
  if (withProperties) writeProperties(writer, properties, type)
}
