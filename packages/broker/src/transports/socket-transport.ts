import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { PeerCertificate } from '../ports/access-policy.ts'
import type { Transport, TransportEvents } from '../transport.ts'

/** MQTT over TCP or TLS. */
export class SocketTransport implements Transport {
  readonly remoteAddress: string
  readonly certificate: PeerCertificate | undefined
  readonly #socket: Socket
  #waiting = false
  #events: TransportEvents | undefined

  constructor(socket: Socket) {
    this.#socket = socket
    this.remoteAddress = socket.remoteAddress ?? ''
    this.certificate = socket instanceof TLSSocket ? readCertificate(socket) : undefined
    socket.setNoDelay(true)
  }

  start(events: TransportEvents): void {
    this.#events = events
    let cause: Error | undefined
    this.#socket.on('data', (bytes: Buffer) => events.received(bytes))
    this.#socket.on('error', (error) => {
      cause = error
    })
    this.#socket.on('close', () => events.closed(cause))
  }

  write(chunks: readonly Uint8Array[]): boolean {
    const socket = this.#socket
    const last = chunks.length - 1
    if (last > 0) socket.cork()
    for (let i = 0; i < last; i++) socket.write(chunks[i] as Uint8Array)
    socket.write(chunks[last] as Uint8Array, this.#written)
    if (last > 0) socket.uncork()
    // A write that the kernel took whole leaves nothing behind by the time it returns.
    this.#waiting = socket.writableLength > 0
    return !this.#waiting
  }

  readonly #written = (): void => {
    // Also called for an earlier write that was taken at once.
    if (!this.#waiting || this.#socket.writableLength > 0) return
    this.#waiting = false
    this.#events?.drained()
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  end(): void {
    this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }
}

function readCertificate(socket: TLSSocket): PeerCertificate | undefined {
  if (!socket.authorized) return undefined
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined) return undefined
  const names = certificate.subjectAltName?.split(', ') ?? []
  return {
    commonName: certificate.subject?.match(/^CN=(.*)$/m)?.[1],
    uris: names.filter((name) => name.startsWith('URI:')).map((name) => name.slice(4)),
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
  }
}
