import type { Packet, ProtocolVersion } from '../packet.ts'
import type { reasonCodes } from '../reason-codes.ts'

type ReasonCodeName = keyof typeof reasonCodes

export interface PacketCase {
  readonly name: string
  readonly versions: readonly ProtocolVersion[]
  readonly bytes: Uint8Array
  readonly packet: Packet
  /** The bytes are legal, but not the ones that `encode` writes for this packet. */
  readonly decodeOnly: boolean
}

export interface MalformedCase {
  readonly name: string
  readonly versions: readonly ProtocolVersion[]
  readonly bytes: Uint8Array
  readonly code: ReasonCodeName
  readonly clause: string
}

export interface RefusedCase {
  readonly name: string
  readonly versions: readonly ProtocolVersion[]
  readonly packet: Packet
  readonly code: ReasonCodeName
  readonly clause: string
}

export function packetCase(
  name: string,
  versions: readonly ProtocolVersion[],
  bytes: string,
  packet: Packet,
  decodeOnly?: 'decodeOnly',
): PacketCase {
  return { name, versions, bytes: parseBytes(bytes), packet, decodeOnly: decodeOnly !== undefined }
}

/** Rows of one reason code: name, versions, bytes, clause. */
export function malformedCase(code: ReasonCodeName) {
  return (
    name: string,
    versions: readonly ProtocolVersion[],
    bytes: string,
    clause: string,
  ): MalformedCase => {
    return { name, versions, bytes: parseBytes(bytes), code, clause }
  }
}

/** Rows of one reason code: name, versions, packet, clause. */
export function refusedCase(code: ReasonCodeName) {
  return (
    name: string,
    versions: readonly ProtocolVersion[],
    packet: Packet,
    clause: string,
  ): RefusedCase => {
    return { name, versions, packet, code, clause }
  }
}

export function textBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** `30 0003 "a/b" 78*2`: hex, ASCII in quotes, a byte so many times. Spaces mean nothing outside quotes. */
function parseBytes(text: string): Uint8Array {
  const bytes: number[] = []
  for (const [, quoted, hex, times] of text.matchAll(/"([^"]*)"|([0-9a-f]{2})(?:\*(\d+))?/g)) {
    if (hex === undefined) bytes.push(...textBytes(quoted as string))
    else for (let left = Number(times ?? 1); left > 0; left--) bytes.push(Number.parseInt(hex, 16))
  }
  return Uint8Array.from(bytes)
}
