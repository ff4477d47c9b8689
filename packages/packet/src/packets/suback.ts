import { checkReasonCode, checkSubscribeReturnCode } from '../allowed-reason-codes.ts'
import { protocolError } from '../faults.ts'
import type { ProtocolVersion, Suback } from '../packet.ts'
import { readProperties, writeProperties } from '../properties.ts'
import type { Reader, Unfinished } from '../reader.ts'
import type { Writer } from '../writer.ts'

/** 3.9 */
export function readSuback(reader: Reader, version: ProtocolVersion): Suback {
  const suback: Unfinished<Suback> = { type: 'suback', packetId: reader.packetId(), reasonCodes: [] }
  if (version === 5) {
    const properties = readProperties(reader, 'suback')
    if (properties !== undefined) suback.properties = properties
  }
  suback.reasonCodes = Array.from(reader.rest())
  check(suback, version)
  return suback
}

export function writeSuback(writer: Writer, suback: Suback, version: ProtocolVersion): void {
  check(suback, version)
  writer.packetId(suback.packetId)
  if (version === 5) writeProperties(writer, suback.properties, 'suback')
  for (const reasonCode of suback.reasonCodes) writer.byte(reasonCode)
}

function check({ reasonCodes }: Suback, version: ProtocolVersion): void {
  if (reasonCodes.length === 0) throw protocolError('SUBACK has no reason code [MQTT-3.8.4-6]')
  for (const reasonCode of reasonCodes) {
    if (version === 5) checkReasonCode('suback', reasonCode)
    else checkSubscribeReturnCode(reasonCode)
  }
}
