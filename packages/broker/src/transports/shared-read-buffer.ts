import { Socket } from 'node:net'

const READ_BYTES = 65_536
const SLAB_BYTES = 65_536
/** Larger reads get a buffer of their own: a slab would soon be used up. */
const SLAB_READ_BYTES_MAX = 4_096

const readBuffer = Buffer.allocUnsafeSlow(READ_BYTES)
let slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
let slabUsed = 0

/**
 * Makes a function that lets a TCP socket read into one buffer shared by all, and calls `onData`, as a listener of
 * 'data' would be called, with copies cut from slabs. Otherwise Node makes an ArrayBuffer of 64 KiB for every read and
 * sends it through a Readable: 0.8 of the 11 µs of a small message.
 *
 * Node offers this (`onread`) for sockets that connect, not for those that a server accepts, though all of them can do
 * it. Where the function answers false, this Node is built differently, nothing was changed: listen to 'data'.
 */
export function createSharedReader<Own extends Socket>(
  onData: (this: Own, bytes: Buffer) => void,
): (socket: Own) => boolean {
  function onRead(this: Own, bytes: number): boolean {
    onData.call(this, copyOut(bytes))
    return true
  }
  return (socket) => {
    const inner = socket as unknown as InnerSocket
    if (keys === undefined || typeof inner._handle?.useUserBuffer !== 'function') return false
    if (inner[keys.buffer] !== null || inner[keys.callback] !== null) return false
    inner[keys.buffer] = readBuffer
    inner[keys.callback] = onRead
    inner._handle.useUserBuffer(readBuffer)
    // Whoever had the socket before us, to read a PROXY header, may have put back what came behind it.
    const early = socket.readableLength > 0 ? (socket.read() as Buffer) : undefined
    if (early !== undefined) process.nextTick(() => socket.destroyed || onData.call(socket, early))
    // Nothing passes through the stream any more, but its end does.
    socket.resume()
    return true
  }
}

/** Node's own names for the two; undefined where it has none. */
const keys = findKeys()

function findKeys(): { buffer: symbol; callback: symbol } | undefined {
  const symbols = Object.getOwnPropertySymbols(new Socket())
  const buffer = symbols.find(({ description }) => description === 'kBuffer')
  const callback = symbols.find(({ description }) => description === 'kBufferCb')
  return buffer === undefined || callback === undefined ? undefined : { buffer, callback }
}

interface InnerSocket {
  _handle: { useUserBuffer?(buffer: Uint8Array): void } | null
  [key: symbol]: unknown
}

function copyOut(bytes: number): Buffer {
  if (bytes > SLAB_READ_BYTES_MAX) {
    const own = Buffer.allocUnsafeSlow(bytes)
    readBuffer.copy(own, 0, 0, bytes)
    return own
  }
  if (slabUsed + bytes > SLAB_BYTES) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
    slabUsed = 0
  }
  const start = slabUsed
  slabUsed += bytes
  readBuffer.copy(slab, start, 0, bytes)
  return slab.subarray(start, slabUsed)
}
