import { MqttError } from './mqtt-error.ts'
import { reasonCodes } from './reason-codes.ts'

/** Bytes that cannot be parsed according to the standard (1.2). */
export function malformed(text: string): MqttError {
  return new MqttError(reasonCodes.MALFORMED_PACKET, text)
}

/** Bytes that can be parsed but say what the standard forbids (1.2). */
export function protocolError(text: string): MqttError {
  return new MqttError(reasonCodes.PROTOCOL_ERROR, text)
}
