import type { Socket } from 'node:net'

/**
 * Resolves with the first of these events, or at once if the socket is gone. Unlike `once` of node:events it does not reject
 * when the other side resets the connection, which is what most of these loads are there for.
 */
export function until(socket: Socket, ...events: ('connect' | 'data' | 'drain' | 'close')[]): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      for (const event of events) socket.off(event, settle)
      resolve()
    }
    for (const event of events) socket.on(event, settle)
    if (socket.closed) settle()
  })
}
