import { once } from 'node:events'
import { createServer, type Server as HttpServer } from 'node:http'
import { createServer as createTcpServer, type Server, type Socket } from 'node:net'

/** Of the PROXY header that HAProxy's checks begin with: version 2, LOCAL. */
const checkHeaderBytes = 16

/**
 * Stands for a node where only its answers to health checks matter. On the MQTT port it says its address, and then repeats what it
 * hears; both ports are those that nodes have by default.
 */
export class StandInNode {
  readonly host: string
  isReady = false
  isAlive = true
  readonly #http: HttpServer
  readonly #checked: Server
  readonly #greeted: Server
  readonly #sockets = new Set<Socket>()

  constructor(host: string) {
    this.host = host
    this.#http = createServer((request, response) => {
      const isWell = request.url === '/readyz' ? this.isReady : this.isAlive
      response.writeHead(isWell ? 200 : 503).end()
    })
    this.#checked = createTcpServer((socket) => this.#check(socket))
    this.#greeted = createTcpServer((socket) => this.#greet(socket))
  }

  async start(): Promise<void> {
    await once(this.#checked.listen(8080, this.host), 'listening')
    await once(this.#greeted.listen(1883, this.host), 'listening')
  }

  stop(): void {
    for (const server of [this.#checked, this.#greeted]) server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  #check(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('readable', () => {
      socket.read(checkHeaderBytes)
      this.#http.emit('connection', socket)
    })
  }

  #greet(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.write(this.host)
    // The first is the PROXY header.
    socket.once('data', () => socket.on('data', (bytes) => socket.write(bytes)))
  }
}
