import type { WebSocket } from 'ws'
import type { PeerCertificate } from '../ports/access-policy.ts'
import { keepable } from '../wire/read-slabs.ts'
import type { Transport, TransportEvents } from './transport.ts'

/** What `WebSocketTransport` must be told, because the upgrade request is gone by then. */
export interface WebSocketOrigin {
  readonly remoteAddress: string
  readonly certificate?: PeerCertificate | undefined
}

/** MQTT over WebSocket: packets may span frames and share them [MQTT-6.0.0-2]; text frames end the connection [MQTT-6.0.0-1]. */
export class WebSocketTransport implements Transport {
  readonly remoteAddress: string
  readonly certificate: PeerCertificate | undefined
  readonly kind = 'websocket'
  bytesRead = 0
  readonly #socket: WebSocket
  #events: TransportEvents | undefined
  #isBroken = false

  constructor(socket: WebSocket, origin: WebSocketOrigin) {
    this.#socket = socket
    this.remoteAddress = origin.remoteAddress
    this.certificate = origin.certificate
    socket.binaryType = 'nodebuffer'
  }

  start(events: TransportEvents): void {
    this.#events = events
    const socket = this.#socket
    let cause: Error | undefined
    socket.on('message', (data, isBinary) => {
      if (socket.readyState !== socket.OPEN) return
      if (isBinary) {
        this.bytesRead += (data as Buffer).length
        return events.received(data as Buffer)
      }
      socket.close(1003, 'MQTT travels in binary frames')
      this.#stopReading()
    })
    socket.on('error', (error) => {
      cause = error
      this.#stopReading()
    })
    socket.on('close', () => events.closed(cause))
  }

  /**
   * Whoever broke the protocol is told by a close frame and has a moment to take it. What it goes on sending would be read
   * all that time, as fast as it can send, only to be thrown away. Later than `ws` itself, which starts to do just that.
   */
  #stopReading(): void {
    this.#isBroken = true
    process.nextTick(() => this.#socket.pause())
  }

  write(chunks: readonly Uint8Array[]): boolean {
    const bytes = chunks.length === 1 ? keepable(chunks[0] as Uint8Array) : Buffer.concat(chunks)
    this.#socket.send(bytes, binary, this.#written)
    return false
  }

  readonly #written = (error?: Error | null): void => {
    if (!error) this.#events?.drained()
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    if (!this.#isBroken) this.#socket.resume()
  }

  end(): void {
    this.#socket.close(1000)
  }

  destroy(): void {
    this.#socket.terminate()
  }
}

const binary = { binary: true }
