const HEADER = 0x10
const NAME = Buffer.from('\0\x04MQTT')

/** Set by bridges of some brokers; when it is refused in a form they can read, they come back without. */
const BRIDGE = 0x80

/**
 * How a CONNECT that cannot be taken is to be answered: in the form of 5 if bytes[start, end) begin a CONNECT of `MQTT` at
 * level 5 or later, else in that of 3.1.1 [MQTT-3.1.2-2].
 */
export function claimedVersion(bytes: Buffer, start: number, end: number): 4 | 5 {
  if (((bytes[start] as number) & 0xf0) !== HEADER) return 4
  let name = start + 2
  while (name < start + 5 && name < end && (bytes[name - 1] as number) & 0x80) name++
  const level = name + NAME.length
  const isNewer =
    level < end && NAME.equals(bytes.subarray(name, level)) && ((bytes[level] as number) & ~BRIDGE) >= 5
  return isNewer ? 5 : 4
}
