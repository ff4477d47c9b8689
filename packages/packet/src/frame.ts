import { readVariableByteInteger } from './variable-byte-integer.ts'

export { variableByteIntegerBytes as remainingLengthBytes } from './variable-byte-integer.ts'

/**
 * The Remaining Length of the packet whose first byte is bytes[start] (2.1.4), or -1 when more bytes must
 * arrive before it can be told. The whole packet takes `1 + remainingLengthBytes(n) + n` bytes.
 * Allocates nothing.
 * @throws {MqttError} MALFORMED_PACKET if no further byte could mend it [MQTT-1.5.5-1]
 */
export function remainingLength(bytes: Uint8Array, start: number, end: number): number {
  return readVariableByteInteger(bytes, start + 1, end)
}
