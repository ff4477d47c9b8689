import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { PeerCertificate } from '../ports/access-policy.ts'
import type { Transport, TransportEvents } from '../transport.ts'
import { createSharedReader } from './shared-read-buffer.ts'

/** MQTT over TCP or TLS. */
export class SocketTransport implements Transport {
  readonly remoteAddress: string
  readonly certificate: PeerCertificate | undefined
  readonly #socket: OwnedSocket
  /** Of TLS only; one for all writes. */
  readonly #written: ((error?: Error | null) => void) | undefined
  events: TransportEvents | undefined
  cause: Error | undefined

  constructor(socket: Socket) {
    this.#socket = socket as OwnedSocket
    this.#socket[owner] = this
    this.remoteAddress = socket.remoteAddress ?? ''
    if (socket instanceof TLSSocket) {
      this.certificate = readCertificate(socket)
      this.#written = (error) => this.#drained(error)
    }
    socket.setNoDelay(true)
  }

  start(events: TransportEvents): void {
    this.events = events
    const socket = this.#socket
    socket.on('error', onError)
    socket.on('close', onClose)
    if (socket instanceof TLSSocket || !readShared(socket)) socket.on('data', onData)
  }

  write(chunks: readonly Uint8Array[]): boolean {
    return this.#written === undefined ? this.#writePlain(chunks) : this.#writeSecure(chunks, this.#written)
  }

  /** TLS never takes bytes at once, so the callback goes with the last of them. */
  #writeSecure(chunks: readonly Uint8Array[], written: (error?: Error | null) => void): boolean {
    const socket = this.#socket
    const last = chunks.length - 1
    if (last > 0) socket.cork()
    for (let i = 0; i < last; i++) socket.write(chunks[i] as Uint8Array)
    socket.write(chunks[last] as Uint8Array, written)
    if (last > 0) socket.uncork()
    return false
  }

  #writePlain(chunks: readonly Uint8Array[]): boolean {
    const socket = this.#socket
    const last = chunks.length - 1
    if (last > 0) socket.cork()
    for (let i = 0; i <= last; i++) socket.write(chunks[i] as Uint8Array)
    if (last > 0) socket.uncork()
    // A write that the kernel took whole leaves nothing behind by the time it returns. Only for others a callback
    // is asked for, behind an empty write: one with each write would cost every message a tick.
    if (socket.destroyed) return false
    if (socket.writableLength === 0) return true
    socket.write(nothing, (error) => this.#drained(error))
    return false
  }

  #drained(error: Error | null | undefined): void {
    if (!error && !this.#socket.destroyed) this.events?.drained()
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

const nothing = new Uint8Array()

/** Shared by all sockets, which know their transport: closures of their own would cost each connection 400 bytes. */
const owner = Symbol('transport')
type OwnedSocket = Socket & { [owner]: SocketTransport }

function onData(this: OwnedSocket, bytes: Buffer): void {
  this[owner].events?.received(bytes)
}

const readShared = createSharedReader(onData)

function onError(this: OwnedSocket, error: Error): void {
  this[owner].cause = error
}

function onClose(this: OwnedSocket): void {
  this[owner].events?.closed(this[owner].cause)
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
