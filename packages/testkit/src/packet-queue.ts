import type { Socket } from 'node:net'
import type { Packet, PacketStream } from '@pillion/packet'

/** Only so that a test that fails also ends. */
const deadlineMillisecondsDefault = 30_000

/** The packets that came on a socket, for tests that wait for them one by one. */
export class PacketQueue {
  #packets: Packet[] = []
  #error: Error | undefined
  #closed = false
  #wake = () => {}

  constructor(socket: Socket, stream: PacketStream) {
    socket.on('data', (chunk) => {
      try {
        this.#packets.push(...stream.push(chunk))
      } catch (error) {
        this.#error = error as Error
      }
      this.#wake()
    })
    socket.on('error', (error) => {
      this.#error ??= error
    })
    socket.on('close', () => {
      this.#closed = true
      this.#wake()
    })
  }

  async next(deadlineMilliseconds = deadlineMillisecondsDefault): Promise<Packet> {
    await this.#until(() => this.#packets.length > 0 || this.#error || this.#closed, deadlineMilliseconds)
    const packet = this.#packets.shift()
    if (packet) return packet
    if (this.#error) throw this.#error
    throw new Error(this.#closed ? 'The connection closed.' : `No packet within ${deadlineMilliseconds} ms.`)
  }

  async expectSilence(milliseconds: number): Promise<void> {
    await this.#until(() => this.#packets.length > 0 || this.#closed, milliseconds)
    if (this.#packets.length > 0) throw new Error(`Expected nothing, got ${JSON.stringify(this.#packets[0])}`)
    if (this.#closed) throw new Error('Expected an open connection, it closed.')
  }

  async closed(deadlineMilliseconds = deadlineMillisecondsDefault): Promise<void> {
    await this.#until(() => this.#closed, deadlineMilliseconds)
    if (!this.#closed) throw new Error(`Still open after ${deadlineMilliseconds} ms.`)
  }

  /** Resolves when `isOver` or the time has come. One waiter at a time. */
  #until(isOver: () => unknown, milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const settle = () => {
        clearTimeout(timer)
        this.#wake = () => {}
        resolve()
      }
      const timer = setTimeout(settle, milliseconds)
      this.#wake = () => {
        if (isOver()) settle()
      }
      this.#wake()
    })
  }
}
