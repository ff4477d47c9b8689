import type { Socket } from 'node:net'

/**
 * The stream of libuv below a connected socket, without the stream classes of Node above it: no Readable, no Writable,
 * no tick and nothing allocated per message. Made of parts of Node that it does not document; where one is missing,
 * making the first RawStream fails with its name.
 */
export class RawStream {
  readonly #handle: Handle
  /** Undefined while no write is under way; TLS allows one at a time. */
  #waiting: Uint8Array[] | undefined

  /** Takes over a TCP or TLS socket. `received` is told how many bytes stand at the start of `buffer`, only until it returns. */
  constructor(socket: Socket, buffer: Uint8Array, received: (length: number) => void) {
    const handle = (socket as unknown as { _handle: Handle | null })._handle
    if (handle === null) throw new Error('the socket is closed')
    this.#handle = handle
    handle.useUserBuffer(buffer)
    const { onread } = handle
    handle.onread = function (this: Handle, bytes: unknown): unknown {
      const length = state[kReadBytesOrError] as number
      // The end, or an error: the socket closes as it always does.
      if (length <= 0) return onread.call(this, bytes)
      received(length)
    }
    // Nothing passes through the Readable any more, but the end does.
    socket.resume()
  }

  /** The bytes must not change before they are gone. */
  write(bytes: Uint8Array): void {
    if (this.#waiting === undefined) this.#start(bytes)
    else this.#waiting.push(bytes)
  }

  #start(bytes: Uint8Array): void {
    request.buffer = bytes
    this.#handle.writeBuffer(request, bytes)
    // A write that the kernel took at once, as nearly all over TCP do, leaves the request to the next one.
    if (state[kLastWriteWasAsync] === 0) return
    this.#waiting = []
    request.oncomplete = this.#completed
    request = new WriteWrap()
  }

  readonly #completed = (status: number): void => {
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    if (status === 0 && waiting.length > 0) this.#start(Buffer.concat(waiting))
  }
}

interface Handle {
  onread: (this: Handle, bytes: unknown) => unknown
  useUserBuffer(buffer: Uint8Array): void
  /** 0 or an error; a connection that was lost is noticed by its reader. */
  writeBuffer(request: WriteRequest, bytes: Uint8Array): number
}

interface WriteRequest {
  /** Keeps the bytes alive while the kernel has not taken them. */
  buffer?: Uint8Array
  /** Called only if the write was not done at once; 0 or an error. */
  oncomplete?: (status: number) => void
}

interface StreamBinding {
  readonly WriteWrap: new () => WriteRequest
  readonly streamBaseState: Int32Array
  readonly kReadBytesOrError: number
  readonly kLastWriteWasAsync: number
}

const binding = (process as unknown as { binding(name: string): StreamBinding }).binding('stream_wrap')
for (const part of ['WriteWrap', 'streamBaseState', 'kReadBytesOrError', 'kLastWriteWasAsync'] as const) {
  if (binding[part] === undefined) throw new Error(`this Node has no stream_wrap.${part}`)
}
const { WriteWrap, streamBaseState: state, kReadBytesOrError, kLastWriteWasAsync } = binding
let request = new WriteWrap()
