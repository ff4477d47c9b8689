import type { Packet, ProtocolVersion } from './packet.ts'

export type PacketType = Packet['type']

/** Control packet types (2.1.2): the upper four bits of the first byte. */
export const packetTypes = {
  connect: 1,
  connack: 2,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  suback: 9,
  unsubscribe: 10,
  unsuback: 11,
  pingreq: 12,
  pingresp: 13,
  disconnect: 14,
  auth: 15,
} as const satisfies Record<PacketType, number>

/** The lower four bits of the first byte of every packet but PUBLISH [MQTT-2.1.3-1]. */
export function reservedFlags(type: number): 0 | 2 {
  return type === packetTypes.pubrel || type === packetTypes.subscribe || type === packetTypes.unsubscribe
    ? 2
    : 0
}

/** In 3.1 the packets with flags 2 are said to have QoS 1, and DUP is set when they are sent again (3.1, 2.1). */
export function areFlagsAllowed(type: number, flags: number, version: ProtocolVersion): boolean {
  const reserved = reservedFlags(type)
  return flags === reserved || (version === 3 && reserved === 2 && flags === 0x0a)
}
