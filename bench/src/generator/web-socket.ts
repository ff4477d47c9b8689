import { createHash } from 'node:crypto'
import type { OnPublish, PublishCounter } from '@pillion/packet'

/**
 * WebSocket by hand (RFC 6455), because a library would cost the generator more than the servers it measures: packets
 * are framed and masked when a load is prepared, not when it runs; what arrives is counted, not decoded.
 */

/** A real mask, so that servers have to undo it; four times the same byte, so that a mark fits in anywhere. */
export const maskByte = 0x5a

const key = Buffer.alloc(16, 'bench').toString('base64')
const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')

/** Any path is right for most servers, /mqtt for all. */
export function upgradeRequest(port: number): Uint8Array {
  return Buffer.from(
    [
      'GET /mqtt HTTP/1.1',
      `Host: localhost:${port}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${key}`,
      'Sec-WebSocket-Protocol: mqtt',
      '\r\n',
    ].join('\r\n'),
  )
}

/** One packet in one binary frame, as clients send them. */
export function toFrame(packet: Uint8Array): Uint8Array {
  const { length } = packet
  const header = length < 126 ? [length] : length < 65_536 ? [126, length >> 8, length & 0xff] : undefined
  if (header === undefined) throw new RangeError(`a frame of ${length} bytes is too large for the bench`)
  const [lengthByte = 0, ...lengthRest] = header
  const masked = packet.map((byte) => byte ^ maskByte)
  const mask = [maskByte, maskByte, maskByte, maskByte]
  return Buffer.concat([Buffer.from([0x82, 0x80 | lengthByte, ...lengthRest, ...mask]), masked])
}

/**
 * The MQTT bytes in all that a server has sent so far: its answer to the upgrade, and whole frames after that.
 * @throws when the answer is not the one asked for
 */
export function unwrap(received: Buffer): Buffer {
  const headEnd = received.indexOf('\r\n\r\n')
  if (headEnd < 0) return Buffer.alloc(0)
  const head = received.toString('latin1', 0, headEnd)
  if (!head.startsWith('HTTP/1.1 101 ') || !head.includes(accept)) {
    throw new Error(`the WebSocket was refused: ${head.split('\r\n', 1)}`)
  }
  const payloads: Buffer[] = []
  const frames = new WebSocketCounter({
    count: (_, start, end) => payloads.push(received.subarray(start, end)),
  })
  frames.count(received, headEnd + 4, received.length)
  return Buffer.concat(payloads)
}

/** Counts the PUBLISH packets in what one connection receives. */
export type Counter = Pick<PublishCounter, 'count'>

/** Counts the PUBLISH packets in the frames that a server sends; packets may span frames and share them [MQTT-6.0.0-2]. */
export class WebSocketCounter implements Counter {
  readonly #packets: Counter
  /** Continuation, text or binary; else the frame is a ping or the like and holds no MQTT. */
  #isData = false
  /** Of the header, as many as have come; 0 = the header is complete. */
  #headerBytes = 0
  #lengthBytes = 0
  /** Of the payload, once the header is complete. */
  #remaining = 0

  constructor(packets: Counter) {
    this.#packets = packets
  }

  count(chunk: Uint8Array, start: number, end: number, onPublish?: OnPublish): number {
    let publishes = 0
    let at = start
    while (at < end) {
      if (this.#headerBytes > 0 || this.#remaining === 0) {
        this.#readHeader(chunk[at++] as number)
        continue
      }
      const payloadEnd = Math.min(at + this.#remaining, end)
      if (this.#isData) publishes += this.#packets.count(chunk, at, payloadEnd, onPublish)
      this.#remaining -= payloadEnd - at
      at = payloadEnd
    }
    return publishes
  }

  #readHeader(byte: number): void {
    if (this.#headerBytes === 0) {
      this.#isData = (byte & 0x08) === 0
      this.#lengthBytes = 0
    } else if (this.#headerBytes === 1) {
      if (byte >= 0x80) throw new Error('a server must not mask its frames')
      this.#lengthBytes = byte === 127 ? 8 : byte === 126 ? 2 : 0
      this.#remaining = this.#lengthBytes === 0 ? byte : 0
    } else {
      this.#remaining = this.#remaining * 256 + byte
    }
    this.#headerBytes++
    if (this.#headerBytes === 2 + this.#lengthBytes) this.#headerBytes = 0
  }
}
