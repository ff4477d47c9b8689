import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { getSystemErrorName } from 'node:util'
import type { PeerCertificate } from '../ports/access-policy.ts'
import { copyIn, pinSlabs, type ReadSlab, unpinSlabs } from '../wire/read-slabs.ts'
import { readCertificate } from './read-certificate.ts'
import type { Transport, TransportEvents } from './transport.ts'

/**
 * MQTT over TCP or TLS, on the stream below the socket, without Node's stream classes above it: no Readable, no Writable,
 * no tick, and nothing allocated per message. They would add a fifth to what a small message takes over TCP, and make it
 * thrice as much over TLS.
 *
 * Node does not document these parts. Where one is missing, `openStreamTransport` answers undefined; `SocketTransport`
 * does the same with what is documented.
 */
export function openStreamTransport(socket: Socket): Transport | undefined {
  const handle = (socket as unknown as { _handle: Handle | null })._handle
  const isFit =
    node !== undefined && typeof handle?.useUserBuffer === 'function' && handle.isStreamBase === true
  return isFit ? new StreamTransport(socket, handle) : undefined
}

const READ_BYTES = 65_536
const readBuffer = Buffer.allocUnsafeSlow(READ_BYTES)

class StreamTransport implements Transport {
  readonly remoteAddress: string
  readonly certificate: PeerCertificate | undefined
  readonly #socket: Socket
  readonly #handle: OwnedHandle
  events: TransportEvents | undefined
  cause: Error | undefined

  constructor(socket: Socket, handle: Handle) {
    this.#socket = socket
    this.#handle = handle as OwnedHandle
    this.#handle[owner] = this
    ;(socket as OwnedSocket)[owner] = this
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
    this.events = events
    const socket = this.#socket
    socket.on('error', onError)
    socket.on('close', onClose)
    socket.on('end', onEnd)
    socket.allowHalfOpen = true
    this.#handle[otherwise] = this.#handle.onread
    this.#handle.onread = onRead as OnRead
    this.#handle.useUserBuffer(readBuffer)
    // What came with the end of the TLS handshake, or was put back by whoever read a PROXY header.
    const early = socket.readableLength > 0 ? (socket.read() as Buffer) : undefined
    if (early !== undefined) process.nextTick(() => socket.destroyed || events.received(early))
    // Nothing passes through the Readable any more, but its end does.
    socket.resume()
  }

  /** Below TLS there may be no second one before the first is done, or Node aborts; `Transport` asks for no less. */
  write(chunks: readonly Uint8Array[]): boolean {
    if (this.#socket.destroyed) return false
    const { state, kLastWriteWasAsync } = node as StreamParts
    const only = chunks.length === 1 ? chunks[0] : undefined
    const status =
      only === undefined
        ? this.#handle.writev(request, chunks, true)
        : this.#handle.writeBuffer(request, only)
    if (status !== 0) return this.#fail(status)
    // What the kernel took at once, as nearly always, leaves the request to the next write.
    if (state[kLastWriteWasAsync] === 0) return true
    request.chunks = chunks
    request.slabs = pinSlabs(chunks)
    request.transport = this
    request.oncomplete = onWritten
    request = createRequest()
    return false
  }

  written(status: number): void {
    if (status !== 0) this.#fail(status)
    else if (!this.#socket.destroyed) this.events?.drained()
  }

  #fail(status: number): false {
    this.#socket.destroy(new Error(`write ${getSystemErrorName(status)}`))
    return false
  }

  pause(): void {
    if (!this.#socket.destroyed) this.#handle.readStop()
  }

  resume(): void {
    if (!this.#socket.destroyed) this.#handle.readStart()
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

/** Functions and properties shared by all sockets: closures of their own would cost each connection 400 bytes. */
const owner = Symbol('transport')
const otherwise = Symbol('onread')

function onRead(this: OwnedHandle, bytes: unknown): unknown {
  const { state, kReadBytesOrError } = node as StreamParts
  const length = state[kReadBytesOrError] as number
  // The end, or an error: the socket closes as it always does.
  if (length <= 0) return this[otherwise].call(this, bytes)
  this[owner].events?.received(copyIn(readBuffer, length))
  return undefined
}

function onWritten(this: WriteRequest, status: number): void {
  if (this.slabs !== undefined) unpinSlabs(this.slabs)
  this.transport?.written(status)
}

function onError(this: Socket, error: Error): void {
  ;(this as OwnedSocket)[owner].cause = error
}

function onEnd(this: Socket): void {
  ;(this as OwnedSocket)[owner].events?.ended()
}

function onClose(this: Socket): void {
  const transport = (this as OwnedSocket)[owner]
  transport.events?.closed(transport.cause)
}

type OnRead = (this: Handle, bytes: unknown) => unknown

interface Handle {
  onread: OnRead
  readonly isStreamBase?: boolean
  useUserBuffer(buffer: Uint8Array): void
  readStart(): number
  readStop(): number
  /** These two answer 0 or an error. */
  writeBuffer(request: WriteRequest, bytes: Uint8Array): number
  writev(request: WriteRequest, chunks: readonly Uint8Array[], areAllBuffers: true): number
}

type OwnedHandle = Handle & { [owner]: StreamTransport; [otherwise]: OnRead }
type OwnedSocket = Socket & { [owner]: StreamTransport }

interface WriteRequest {
  /** Called only if the write was not done at once. */
  oncomplete?: (this: WriteRequest, status: number) => void
  transport?: StreamTransport
  /** Alive until then. */
  chunks?: readonly Uint8Array[]
  slabs?: readonly ReadSlab[] | undefined
}

interface StreamParts {
  readonly WriteWrap: new () => WriteRequest
  readonly state: Int32Array
  readonly kReadBytesOrError: number
  readonly kLastWriteWasAsync: number
}

function findStreamParts(): StreamParts | undefined {
  try {
    const { binding } = process as unknown as { binding(name: string): Record<string, unknown> }
    const {
      WriteWrap,
      streamBaseState: state,
      kReadBytesOrError,
      kLastWriteWasAsync,
    } = binding('stream_wrap')
    const isComplete =
      typeof WriteWrap === 'function' &&
      state instanceof Int32Array &&
      typeof kReadBytesOrError === 'number' &&
      typeof kLastWriteWasAsync === 'number'
    return isComplete
      ? ({ WriteWrap, state, kReadBytesOrError, kLastWriteWasAsync } as StreamParts)
      : undefined
  } catch {
    return undefined
  }
}

const node = findStreamParts()

function createRequest(): WriteRequest {
  return node === undefined ? {} : new node.WriteWrap()
}

let request = createRequest()
