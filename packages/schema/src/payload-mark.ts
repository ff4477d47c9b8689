/**
 * Tells payloads apart, 16 hex digits: two FNV-1a hashes of 32 bits. It is computed at once and anywhere, also where a browser
 * offers no cryptography; it proves nothing.
 */
export function payloadMark(bytes: Uint8Array): string {
  let first = 0x811c9dc5
  let second = 0x01000193
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number
    first = Math.imul(first ^ byte, 0x01000193)
    second = Math.imul(second ^ byte, 0x85ebca6b)
  }
  return hex32(first) + hex32(second)
}

function hex32(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0')
}
