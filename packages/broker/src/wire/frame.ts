import { MqttError, reasonCodes } from '@pillion/packet'

/** First byte of a PUBLISH at QoS 0, not retained. */
export const PUBLISH_QOS_0 = 0x30

/** A packet that claims more than the limit is refused before its bytes are collected. */
export function checkPacketSize(bytes: number, packetBytesMax: number): void {
  if (bytes > packetBytesMax) {
    throw new MqttError(
      reasonCodes.PACKET_TOO_LARGE,
      `a packet of ${bytes} bytes; the limit is ${packetBytesMax}`,
    )
  }
}

/** Where a packet's body begins and the next packet does; the packet is known to be whole and well formed. */
export function readFrame(bytes: Buffer, at: number): { body: number; next: number } {
  let body = at + 1
  let length = 0
  let shift = 0
  let byte: number
  do {
    byte = bytes[body++] as number
    length |= (byte & 127) << shift
    shift += 7
  } while (byte > 127)
  return { body, next: body + length }
}

/** Writes a remaining length; returns the position after it. */
export function writeLength(bytes: Buffer, at: number, length: number): number {
  while (length > 127) {
    bytes[at++] = (length & 127) | 128
    length >>>= 7
  }
  bytes[at++] = length
  return at
}
