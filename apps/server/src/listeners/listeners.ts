import type { AddressInfo, Server, Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'
import type { ListenerName } from '../config.ts'
import { isLoopback } from '../loopback.ts'
import type { TlsMaterial } from '../tls/tls-in-force.ts'
import type { BoundListener } from './bound-listener.ts'
import { createServer, type ServerParts, tlsOptions, useLimits } from './create-server.ts'
import { ListenError } from './listen-error.ts'

export interface ListenersParts extends ServerParts {
  /** Listeners are added here as they open. */
  readonly bound: BoundListener[]
}

/** The kernel takes less if it is set to (net.core.somaxconn); Node's own 511 loses clients that come back all at once. */
const BACKLOG = 65_535

/** Every socket the server listens on, opened together and closed together. */
export class Listeners {
  readonly #parts: ListenersParts
  readonly #servers: Server[] = []
  readonly #sockets = new Set<Socket>()

  constructor(parts: ListenersParts) {
    this.#parts = parts
  }

  /** @throws {ListenError} then none is open */
  async open(): Promise<void> {
    try {
      for (const name of ['mqtt', 'mqtts', 'partners', 'http', 'https'] as const) await this.#open(name)
    } catch (error) {
      await this.close()
      throw error
    }
  }

  /** Those of its parts have changed. */
  useLimits(): void {
    for (const server of this.#servers) useLimits(server, this.#parts.limits)
  }

  /** From here on, TLS handshakes use these certificates and lists; connections that are open stay. */
  useTls(material: TlsMaterial): void {
    for (const server of this.#servers) {
      if (server instanceof TlsServer) server.setSecureContext(tlsOptions(this.#parts, material))
    }
  }

  /** Open connections stay; nobody else gets in. */
  stopAccepting(): void {
    for (const server of this.#servers) server.close()
  }

  /** Idempotent. Ends whatever connection is left. */
  async close(): Promise<void> {
    const closed = this.#servers.map((server) => new Promise((resolve) => server.close(resolve)))
    for (const socket of this.#sockets) socket.destroy()
    await Promise.all(closed)
  }

  async #open(name: ListenerName): Promise<void> {
    const { config, bound, log } = this.#parts
    const { enabled, host, port, proxyProtocol } = config[name]
    if (!enabled) return
    const server = createServer(this.#parts, name)
    this.#servers.push(server)
    // The broker has the others from their first byte on, and closes them itself.
    if (name !== 'mqtt' || proxyProtocol) server.on('connection', (socket) => this.#track(socket))
    await listen(server, name, host, port)
    const { port: boundPort } = server.address() as AddressInfo
    bound.push({ name, host, port: boundPort, isBehindProxy: proxyProtocol })
    log.info({ listener: name, host, port: boundPort }, 'listening')
    const isPlain = name === 'mqtt' || name === 'http'
    if (isPlain && !isLoopback(host)) {
      log.warn(
        { listener: name, host },
        'passwords travel in the clear: this listener is without TLS and not on loopback (W 2.1)',
      )
    }
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
  }
}

function listen(server: Server, name: ListenerName, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(new ListenError(name, { host, port }, cause)),
    )
    server.listen({ host, port, backlog: BACKLOG }, resolve)
  })
}
