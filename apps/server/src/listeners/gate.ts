import type { Server, Socket } from 'node:net'

/**
 * Puts itself between a server's new connections and whatever the server does with them; `pass` lets one through, at once or
 * later. What the server is made of (HTTP, TLS) does not know of connections that have not passed.
 */
export function addGate(server: Server, gate: (socket: Socket, pass: () => void) => void): void {
  const listeners = server.listeners('connection')
  server.removeAllListeners('connection')
  server.on('connection', (socket) => {
    gate(socket, () => {
      for (const listener of listeners) listener.call(server, socket)
    })
  })
}
