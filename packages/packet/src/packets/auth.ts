import { checkReasonCode } from '../allowed-reason-codes.ts'
import { protocolError } from '../faults.ts'
import type { Auth } from '../packet.ts'
import { hasProperties, readProperties, writeProperties } from '../properties.ts'
import type { Reader, Unfinished } from '../reader.ts'
import type { Writer } from '../writer.ts'

/** 3.15, version 5 only. The short form is the empty one: success, no properties. */
export function readAuth(reader: Reader): Auth {
  const auth: Unfinished<Auth> = { type: 'auth', reasonCode: 0 }
  if (reader.remaining === 0) return auth
  auth.reasonCode = reader.byte()
  const properties = readProperties(reader, 'auth')
  if (properties !== undefined) auth.properties = properties
  check(auth)
  return auth
}

export function writeAuth(writer: Writer, auth: Auth): void {
  if (auth.reasonCode === 0 && !hasProperties(auth.properties)) return
  check(auth)
  writer.byte(auth.reasonCode)
  writeProperties(writer, auth.properties, 'auth')
}

function check({ reasonCode, properties }: Auth): void {
  checkReasonCode('auth', reasonCode)
  if (properties?.authenticationMethod === undefined) {
    throw protocolError('AUTH has no authentication method (3.15.2.2.2)')
  }
}
