import { checkReasonCode } from '../allowed-reason-codes.ts'
import { protocolError } from '../faults.ts'
import type { ProtocolVersion, Unsuback } from '../packet.ts'
import { readProperties, writeProperties } from '../properties.ts'
import type { Reader, Unfinished } from '../reader.ts'
import type { Writer } from '../writer.ts'

/** 3.11. In 3.x it ends after the packet identifier. */
export function readUnsuback(reader: Reader, version: ProtocolVersion): Unsuback {
  const unsuback: Unfinished<Unsuback> = { type: 'unsuback', packetId: reader.packetId(), reasonCodes: [] }
  if (version !== 5) return unsuback
  const properties = readProperties(reader, 'unsuback')
  if (properties !== undefined) unsuback.properties = properties
  unsuback.reasonCodes = Array.from(reader.rest())
  check(unsuback)
  return unsuback
}

export function writeUnsuback(writer: Writer, unsuback: Unsuback, version: ProtocolVersion): void {
  writer.packetId(unsuback.packetId)
  if (version !== 5) return
  check(unsuback)
  writeProperties(writer, unsuback.properties, 'unsuback')
  for (const reasonCode of unsuback.reasonCodes) writer.byte(reasonCode)
}

function check({ reasonCodes }: Unsuback): void {
  if (reasonCodes.length === 0) throw protocolError('UNSUBACK has no reason code (3.11.3)')
  for (const reasonCode of reasonCodes) checkReasonCode('unsuback', reasonCode)
}
