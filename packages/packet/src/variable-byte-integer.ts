import { malformed } from './faults.ts'

/** Largest value that four bytes of seven bits hold (1.5.5). */
export const VARIABLE_BYTE_INTEGER_MAX = 268_435_455

/**
 * Reads the variable byte integer at `position` (1.5.5). Returns -1 when it goes on at `end` or beyond.
 * A longer form than needed is refused, so the value alone says how many bytes it took.
 */
export function readVariableByteInteger(bytes: Uint8Array, position: number, end: number): number {
  let value = 0
  for (let index = 0; index < 4; index++) {
    if (position + index >= end) return -1
    const byte = bytes[position + index] as number
    value |= (byte & 0x7f) << (7 * index)
    if (byte >= 0x80) continue
    if (byte === 0 && index > 0) throw malformed('Variable byte integer is longer than needed [MQTT-1.5.5-1]')
    return value
  }
  throw malformed('Variable byte integer has more than four bytes (1.5.5)')
}

/** How many bytes `value` takes as a variable byte integer. */
export function variableByteIntegerBytes(value: number): 1 | 2 | 3 | 4 {
  if (value < 0x80) return 1
  if (value < 0x40_00) return 2
  return value < 0x20_00_00 ? 3 : 4
}
