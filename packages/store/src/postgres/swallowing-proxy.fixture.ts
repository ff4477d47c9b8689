import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** Stands between a client and a server of 127.0.0.1, and can lose whatever they say to each other without a word. */
export class SwallowingProxy {
  /** Nothing passes any more, in no direction; connections stay as they are, and new ones are taken. */
  isSwallowing = false
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  static async open(targetPort: number): Promise<SwallowingProxy> {
    const proxy = new SwallowingProxy(targetPort)
    await once(proxy.#server.listen(0, '127.0.0.1'), 'listening')
    return proxy
  }

  private constructor(targetPort: number) {
    this.#server = createServer((client) => {
      const target = connect(targetPort, '127.0.0.1')
      this.#join(client, target)
      this.#join(target, client)
    })
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from)
    from.on('data', (bytes) => this.isSwallowing || to.write(bytes))
    from.on('end', () => this.isSwallowing || to.end())
    from.on('error', () => {})
    from.on('close', () => {
      this.#sockets.delete(from)
      if (!this.isSwallowing) to.destroy()
    })
  }
}
