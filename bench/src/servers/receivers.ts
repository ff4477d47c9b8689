import type { Socket } from 'node:net'
import { decode, encode } from '@pillion/packet'
import { RawStream } from '../raw-stream.ts'

const connack = encode({ type: 'connack', sessionPresent: false, reasonCode: 0 }, 4)
const suback = encode({ type: 'suback', packetId: 1, reasonCodes: [0] }, 4)

const SUBSCRIBE = 0x82

const readBuffer = Buffer.allocUnsafeSlow(65_536)
const SLAB_BYTES = 65_536

/**
 * Clients of a server that looks at nothing: it answers the handshake without checking anything. Whoever subscribes is a receiver,
 * by the number in its username, in which a partner and its vehicle agree.
 */
export class Receivers {
  readonly #byNumber = new Map<number, RawStream[]>()
  #slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
  #slabUsed = 0

  /** `sent` is told what a client that does not subscribe sends, and its number; the bytes are only valid until it returns. */
  attach(socket: Socket, sent: (number: number, bytes: Buffer) => void): void {
    socket.on('error', () => {})
    /** What is done with the next bytes; at first they are a CONNECT. */
    let take = (connect: Buffer): void => {
      const number = readNumber(Buffer.from(connect))
      stream.write(connack)
      take = (bytes) => {
        if (bytes[0] === SUBSCRIBE) {
          this.#streamsOf(number).push(stream)
          stream.write(suback)
          // A subscriber says no more than DISCONNECT.
          take = () => void socket.destroy()
        } else {
          take = (bytes) => sent(number, bytes)
          take(bytes)
        }
      }
    }
    const stream = new RawStream(socket, readBuffer, (length) => take(readBuffer.subarray(0, length)))
  }

  /** To those of this number, a copy. */
  write(number: number, bytes: Buffer): void {
    const streams = this.#streamsOf(number)
    const copy = this.#copy(bytes)
    for (let i = 0; i < streams.length; i++) (streams[i] as RawStream).write(copy)
  }

  #streamsOf(number: number): RawStream[] {
    const streams = this.#byNumber.get(number) ?? []
    this.#byNumber.set(number, streams)
    return streams
  }

  /** Into memory that does not change any more, cut from a slab: an ArrayBuffer per read would cost more than the copy. */
  #copy(bytes: Buffer): Buffer {
    if (this.#slabUsed + bytes.length > SLAB_BYTES) {
      this.#slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, bytes.length))
      this.#slabUsed = 0
    }
    const copy = this.#slab.subarray(this.#slabUsed, this.#slabUsed + bytes.length)
    bytes.copy(copy)
    this.#slabUsed += bytes.length
    return copy
  }
}

function readNumber(connect: Buffer): number {
  const packet = decode(connect, 0, connect.length, undefined)
  const name = packet.type === 'connect' ? (packet.username ?? '') : ''
  return Number(/\d+$/.exec(name)?.[0])
}
