import { decode } from './decoder.ts'
import { remainingLength, remainingLengthBytes } from './frame.ts'
import { MqttError } from './mqtt-error.ts'
import type { Packet, ProtocolVersion } from './packet.ts'
import { reasonCodes } from './reason-codes.ts'

export interface PacketStreamOptions {
  /** Longest packet, first byte included, as in the Maximum Packet Size of version 5 (3.1.2.11.4). */
  readonly packetBytesMax: number
  /** Undefined until a CONNECT brings it; a client, which receives none, must set it. */
  readonly protocolVersion?: ProtocolVersion
}

/**
 * Turns the chunks of one direction of a connection into packets. Made for clients, tests and benches: the
 * broker frames in place. Chunks are kept, not copied, and packets are views of them: do not change them.
 */
export class PacketStream {
  protocolVersion: ProtocolVersion | undefined
  readonly #packetBytesMax: number
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  /** With fewer bytes than this, no packet can be complete. */
  #neededBytes = 0

  constructor({ packetBytesMax, protocolVersion }: PacketStreamOptions) {
    this.#packetBytesMax = packetBytesMax
    this.protocolVersion = protocolVersion
  }

  /**
   * The packets that are complete with this chunk, in order.
   * @throws {MqttError} as `decode`; PACKET_TOO_LARGE as soon as a packet's length is known. Earlier packets
   *   of the chunk are lost, and the stream cannot go on.
   */
  push(chunk: Uint8Array): Packet[] {
    this.#waiting.push(chunk)
    this.#waitingBytes += chunk.length
    return this.#waitingBytes < this.#neededBytes ? [] : this.#split(this.#takeWaiting())
  }

  #split(bytes: Uint8Array): Packet[] {
    const packets: Packet[] = []
    let start = 0
    for (;;) {
      const length = remainingLength(bytes, start, bytes.length)
      const packetBytes = length < 0 ? bytes.length - start + 1 : 1 + remainingLengthBytes(length) + length
      if (packetBytes > this.#packetBytesMax) {
        throw new MqttError(
          reasonCodes.PACKET_TOO_LARGE,
          `Packet of ${packetBytes} bytes; ${this.#packetBytesMax} are allowed (3.1.2.11.4)`,
        )
      }
      const end = start + packetBytes
      if (end > bytes.length) {
        this.#keep(bytes.subarray(start), packetBytes)
        return packets
      }
      const packet = decode(bytes, start, end, this.protocolVersion)
      if (packet.type === 'connect') this.protocolVersion = packet.protocolVersion
      packets.push(packet)
      start = end
    }
  }

  #keep(bytes: Uint8Array, neededBytes: number): void {
    this.#waiting = bytes.length > 0 ? [bytes] : []
    this.#waitingBytes = bytes.length
    this.#neededBytes = neededBytes
  }

  #takeWaiting(): Uint8Array {
    if (this.#waiting.length === 1) return this.#waiting[0] as Uint8Array
    const joined = new Uint8Array(this.#waitingBytes)
    let position = 0
    for (const chunk of this.#waiting) {
      joined.set(chunk, position)
      position += chunk.length
    }
    return joined
  }
}
