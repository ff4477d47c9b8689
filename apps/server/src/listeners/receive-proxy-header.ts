import type { Socket } from 'node:net'
import { type Origin, parseProxyHeader } from './proxy-header.ts'

/**
 * Reads the PROXY header off a socket that was just accepted, gives the socket the address it names, and hands it over with
 * the client's bytes as if they were the first. Otherwise the socket is closed, never guessed at.
 * @param refuse called with why, unless the peer left without having sent anything, as a health check does
 */
export function receiveProxyHeader(
  socket: Socket,
  { seconds, bytesMax }: { seconds: number; bytesMax: number },
  accept: (socket: Socket) => void,
  refuse: (why: string) => void,
): void {
  let received: Buffer = Buffer.alloc(0)
  const end = (why: string) => {
    stop()
    refuse(why)
    socket.destroy()
  }
  const timer = setTimeout(end, seconds * 1_000, 'the PROXY header did not come in time').unref()
  const stop = () => {
    clearTimeout(timer)
    socket.off('readable', onReadable)
    socket.off('end', onGone)
    socket.off('close', onGone)
  }
  const onGone = () => {
    if (received.length > 0) return end('the PROXY header was cut off')
    stop()
    socket.destroy()
  }
  const onReadable = () => {
    for (let bytes: Buffer | null = socket.read(); bytes !== null; bytes = socket.read())
      received = received.length === 0 ? bytes : Buffer.concat([received, bytes])
    try {
      const header = parseProxyHeader(received, bytesMax)
      if (header === undefined) return
      stop()
      if (header.origin !== undefined) claimOrigin(socket, header.origin)
      if (received.length > header.length) socket.unshift(received.subarray(header.length))
      // Not before the stream has noticed that nobody waits for 'readable' any more: until then it would not flow.
      process.nextTick(() => {
        if (!socket.destroyed) accept(socket)
      })
    } catch (error) {
      end((error as Error).message)
    }
  }
  socket.on('error', ignore)
  socket.on('end', onGone)
  socket.on('close', onGone)
  socket.on('readable', onReadable)
}

/** Whoever takes the socket over listens for itself; between us and them nobody did. */
function ignore(): void {}

/** Where Node asks who the peer is: once, for the socket itself and for a TLS socket above it. */
function claimOrigin(socket: Socket, origin: Origin): void {
  const { _handle: handle } = socket as unknown as { _handle: { getpeername?: unknown } | null }
  if (typeof handle?.getpeername !== 'function')
    throw new Error('this Node does not take the address of a PROXY header')
  handle.getpeername = (out: object) => {
    Object.assign(out, origin)
    return 0
  }
}
