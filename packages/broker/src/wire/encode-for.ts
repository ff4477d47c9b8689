import { encode, type Packet } from '@pillion/packet'
import type { Connection } from '../connection.ts'

/** The bytes of a packet as its client wants it; undefined if it takes none of this size, which then counts as sent [MQTT-3.1.2-24, -25]. */
export function encodeFor(connection: Connection, packet: Packet): Uint8Array | undefined {
  const { version, packetBytesMax, wantsReasons } = connection
  const isBare = version === 5 && !wantsReasons && !mayAlwaysExplain(packet)
  const bytes = encode(isBare ? withoutReason(packet) : packet, version)
  if (packetBytesMax === undefined || bytes.length <= packetBytesMax) return bytes
  // [MQTT-3.2.2-19, -20] and their like in every other packet: rather without a reason than not at all.
  const bare = encode(withoutReason(packet), version)
  return bare.length <= packetBytesMax ? bare : undefined
}

/** Request Problem Information 0 leaves these as they are [MQTT-3.1.2-29]. */
function mayAlwaysExplain({ type }: Packet): boolean {
  return type === 'publish' || type === 'connack' || type === 'disconnect'
}

function withoutReason(packet: Packet): Packet {
  if (packet.type === 'publish' || !('properties' in packet) || packet.properties === undefined) return packet
  const { reasonString: _, userProperties: __, ...properties } = packet.properties
  return { ...packet, properties }
}
