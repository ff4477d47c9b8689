/** FNV-1a of the first characters, all of them by default: 32 bits without sign, the same on every node. */
export function hashText(text: string, end = text.length): number {
  let value = 0x81_1c_9d_c5
  for (let i = 0; i < end; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01_00_01_93)
  return value >>> 0
}
