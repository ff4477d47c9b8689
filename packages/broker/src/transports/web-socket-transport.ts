import type { WebSocket } from 'ws'
import type { PeerCertificate } from '../ports/access-policy.ts'
import type { Transport, TransportEvents } from '../transport.ts'

/** What `WebSocketTransport` must be told, because the upgrade request is gone by then. */
export interface WebSocketOrigin {
  readonly remoteAddress: string
  readonly certificate?: PeerCertificate | undefined
}

/** MQTT over WebSocket: packets may span frames and share them [MQTT-6.0.0-2]; text frames end the connection [MQTT-6.0.0-1]. */
export class WebSocketTransport implements Transport {
  readonly remoteAddress: string
  readonly certificate: PeerCertificate | undefined
  readonly #socket: WebSocket
  #events: TransportEvents | undefined

  constructor(socket: WebSocket, origin: WebSocketOrigin) {
    this.#socket = socket
    this.remoteAddress = origin.remoteAddress
    this.certificate = origin.certificate
    socket.binaryType = 'nodebuffer'
  }

  start(events: TransportEvents): void {
    this.#events = events
    let cause: Error | undefined
    this.#socket.on('message', (data, isBinary) => {
      if (this.#socket.readyState !== this.#socket.OPEN) return
      if (isBinary) events.received(data as Buffer)
      else this.#socket.close(1003, 'MQTT travels in binary frames')
    })
    this.#socket.on('error', (error) => {
      cause = error
    })
    this.#socket.on('close', () => events.closed(cause))
  }

  write(chunks: readonly Uint8Array[]): boolean {
    const bytes = chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks)
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
    this.#socket.resume()
  }

  end(): void {
    this.#socket.close(1000)
  }

  destroy(): void {
    this.#socket.terminate()
  }
}

const binary = { binary: true }
