import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { PeerCertificate } from '../ports/access-policy.ts'
import { keepable } from '../wire/read-slabs.ts'
import { readCertificate } from './read-certificate.ts'
import type { Transport, TransportEvents } from './transport.ts'

/** MQTT over TCP or TLS where `openStreamTransport` cannot do it. */
export class SocketTransport implements Transport {
  readonly remoteAddress: string
  readonly certificate: PeerCertificate | undefined
  readonly #socket: Socket
  #events: TransportEvents | undefined

  constructor(socket: Socket) {
    this.#socket = socket
    this.remoteAddress = socket.remoteAddress ?? ''
    this.certificate = readCertificate(socket)
    socket.setNoDelay(true)
  }

  get kind(): 'tcp' | 'tls' {
    return this.#socket instanceof TLSSocket ? 'tls' : 'tcp'
  }

  /** The stream below counts them anyway. */
  get bytesRead(): number {
    return this.#socket.bytesRead
  }

  start(events: TransportEvents): void {
    this.#events = events
    let cause: Error | undefined
    this.#socket.on('data', (bytes) => events.received(bytes))
    this.#socket.on('error', (error) => {
      cause = error
    })
    this.#socket.on('close', () => events.closed(cause))
    this.#socket.on('end', () => events.ended())
    this.#socket.allowHalfOpen = true
  }

  write(chunks: readonly Uint8Array[]): boolean {
    const socket = this.#socket
    const last = chunks.length - 1
    if (last > 0) socket.cork()
    // The callback goes with the last: TLS never takes bytes at once.
    for (let i = 0; i < last; i++) socket.write(keepable(chunks[i] as Uint8Array))
    socket.write(keepable(chunks[last] as Uint8Array), this.#written)
    if (last > 0) socket.uncork()
    return false
  }

  readonly #written = (error?: Error | null): void => {
    if (!error && !this.#socket.destroyed) this.#events?.drained()
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  /** Node then probes every second, and gives up after ten. */
  probeAfter(silentSeconds: number): void {
    this.#socket.setKeepAlive(true, silentSeconds * 1_000)
  }

  end(): void {
    this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }
}
