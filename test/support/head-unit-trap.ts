import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What apps must never reach: a server of another origin that notes all that comes, up to bare connections and datagrams. */
export class Trap {
  /** Paths that were asked for, without the slash; `connection` and `datagram` where nothing was asked. */
  readonly caught: string[] = []
  readonly #server: Server
  readonly #datagrams: Socket
  #html = ''

  private constructor(server: Server, datagrams: Socket) {
    this.#server = server
    this.#datagrams = datagrams
  }

  static async open(): Promise<Trap> {
    const server = createServer()
    const datagrams = createSocket('udp4')
    const trap = new Trap(server, datagrams)
    server.on('connection', () => trap.caught.push('connection'))
    server.on('request', (request, response) => {
      const path = request.url?.slice(1) ?? ''
      if (path === 'control') return response.setHeader('content-type', 'text/html').end(trap.#html)
      trap.caught.push(path)
      response.setHeader('access-control-allow-origin', '*').end()
    })
    server.on('upgrade', (request, socket) => {
      trap.caught.push(request.url?.slice(1) ?? '')
      socket.destroy()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    datagrams.on('message', () => trap.caught.push('datagram'))
    datagrams.bind(trap.port, '127.0.0.1')
    await once(datagrams, 'listening')
    return trap
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Serves this page, with no policy whatever, and gives its address: there everything must succeed. */
  serveControl(html: string): string {
    this.#html = html
    return `http://localhost:${this.port}/control`
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
    this.#datagrams.close()
  }
}
