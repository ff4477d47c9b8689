import { checkReasonCode } from '../allowed-reason-codes.ts'
import type { Disconnect, ProtocolVersion } from '../packet.ts'
import { hasProperties, readProperties, writeProperties } from '../properties.ts'
import type { Reader, Unfinished } from '../reader.ts'
import type { Writer } from '../writer.ts'

/** 3.14. Version 5 may leave out the properties, then the reason code 0; 3.x is the first byte and a length of 0. */
export function readDisconnect(reader: Reader, version: ProtocolVersion): Disconnect {
  const disconnect: Unfinished<Disconnect> = { type: 'disconnect', reasonCode: 0 }
  if (version !== 5) return disconnect
  if (reader.remaining > 0) {
    disconnect.reasonCode = reader.byte()
    checkReasonCode('disconnect', disconnect.reasonCode)
  }
  if (reader.remaining > 0) {
    const properties = readProperties(reader, 'disconnect')
    if (properties !== undefined) disconnect.properties = properties
  }
  return disconnect
}

export function writeDisconnect(writer: Writer, disconnect: Disconnect, version: ProtocolVersion): void {
  if (version !== 5) return
  const { reasonCode, properties } = disconnect
  checkReasonCode('disconnect', reasonCode)
  const withProperties = hasProperties(properties)
  if (reasonCode !== 0 || withProperties) writer.byte(reasonCode)
  if (withProperties) writeProperties(writer, properties, 'disconnect')
}
