/** A number from 0 up to, but not including, `below`. */
export type Random = (below: number) => number

/** A small generator with 32 bits of state (mulberry32), enough to repeat a run from its seed. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

export function pick<T>(from: readonly T[], random: Random): T {
  return from[random(from.length)] as T
}

/** Up to three kinds of damage to a packet, such as bits that flip and bytes of other packets in its middle. */
export function damagePacket(
  packet: Uint8Array,
  material: readonly { readonly bytes: Uint8Array }[],
  random: Random,
): Uint8Array {
  const bytes = [...packet]
  for (let left = random(4); left > 0; left--) damage(bytes, material, random)
  // Without a right length nothing behind the fixed header would be reached.
  if (bytes.length >= 2 && bytes.length < 130 && random(8) > 0) bytes[1] = bytes.length - 2
  return Uint8Array.from(bytes)
}

function damage(bytes: number[], material: readonly { readonly bytes: Uint8Array }[], random: Random): void {
  const at = random(bytes.length + 1)
  const byte = pick([0, 1, 0x7f, 0x80, 0xff, random(256)], random)
  switch (random(6)) {
    case 0:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8))
      return
    case 1:
      bytes[at] = byte
      return
    case 2:
      bytes.splice(at, 0, byte)
      return
    case 3:
      bytes.splice(at, 1 + random(4))
      return
    case 4:
      bytes.length = at
      return
    case 5:
      bytes.splice(at, 0, ...pick(material, random).bytes.subarray(2))
  }
}
