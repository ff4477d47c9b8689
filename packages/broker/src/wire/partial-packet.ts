import { remainingLength, remainingLengthBytes } from '@pillion/packet'
import { checkPacketSize } from './frame.ts'

/** A packet whose bytes come in pieces. Memory grows with what has arrived, not with what the header claims. */
export class PartialPacket {
  #bytes: Buffer = Buffer.allocUnsafeSlow(64)
  #length = 0
  readonly #packetBytesMax: number

  constructor(packetBytesMax: number) {
    this.#packetBytesMax = packetBytesMax
  }

  /** Takes bytes from `start` until the packet is whole; returns how many. Throws `MqttError` for a bad or too large length. */
  fill(bytes: Buffer, start: number): number {
    let at = start
    while (at < bytes.length) {
      const missing = this.#needed() - this.#length
      if (missing === 0) break
      const count = Math.min(missing, bytes.length - at)
      this.#reserve(this.#length + count)
      bytes.copy(this.#bytes, this.#length, at, at + count)
      this.#length += count
      at += count
    }
    return at - start
  }

  /** The packet, once it is whole. */
  get whole(): Buffer | undefined {
    return this.#length >= 2 && this.#needed() === this.#length
      ? this.#bytes.subarray(0, this.#length)
      : undefined
  }

  /** Length of the packet as far as it is known: at least one byte more than we have until its length is complete. */
  #needed(): number {
    if (this.#length < 2) return 2
    const length = remainingLength(this.#bytes, 0, this.#length)
    if (length < 0) return this.#length + 1
    const needed = 1 + remainingLengthBytes(length) + length
    checkPacketSize(needed, this.#packetBytesMax)
    return needed
  }

  #reserve(length: number): void {
    if (length <= this.#bytes.length) return
    const grown = Buffer.allocUnsafeSlow(
      Math.max(length, Math.min(this.#bytes.length * 2, this.#packetBytesMax)),
    )
    this.#bytes.copy(grown, 0, 0, this.#length)
    this.#bytes = grown
  }
}
