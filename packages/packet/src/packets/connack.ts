import { checkConnectReturnCode, checkReasonCode } from '../allowed-reason-codes.ts'
import { malformed, protocolError } from '../faults.ts'
import type { Connack, ProtocolVersion } from '../packet.ts'
import { readProperties, writeProperties } from '../properties.ts'
import type { Reader, Unfinished } from '../reader.ts'
import type { Writer } from '../writer.ts'

/** 3.2 */
export function readConnack(reader: Reader, version: ProtocolVersion): Connack {
  const flags = reader.byte()
  if (version !== 3 && flags > 1) throw malformed('Reserved bits of the CONNACK flags are set [MQTT-3.2.2-1]')
  // 3.1 knows no sessions to be present; it calls the byte reserved and unused.
  const sessionPresent = version !== 3 && flags === 1
  const connack: Unfinished<Connack> = { type: 'connack', sessionPresent, reasonCode: reader.byte() }
  check(connack, version)
  if (version === 5) {
    const properties = readProperties(reader, 'connack')
    if (properties !== undefined) connack.properties = properties
  }
  return connack
}

export function writeConnack(writer: Writer, connack: Connack, version: ProtocolVersion): void {
  check(connack, version)
  writer.byte(version !== 3 && connack.sessionPresent ? 1 : 0)
  writer.byte(connack.reasonCode)
  if (version === 5) writeProperties(writer, connack.properties, 'connack')
}

function check({ sessionPresent, reasonCode }: Connack, version: ProtocolVersion): void {
  if (version === 5) checkReasonCode('connack', reasonCode)
  else checkConnectReturnCode(reasonCode)
  if (sessionPresent && reasonCode !== 0) {
    throw protocolError('CONNACK refuses with Session Present set [MQTT-3.2.2-6]')
  }
}
