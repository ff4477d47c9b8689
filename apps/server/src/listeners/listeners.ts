import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions, type Server as TlsServer } from 'node:tls'
import type { Broker } from '@pillion/broker'
import type { Logger } from 'pino'
import type { Pem } from '../certificates.ts'
import type { Config, ListenerName } from '../config.ts'
import { type DispatchParts, dispatch } from '../http/dispatch.ts'
import { serverLimits } from '../limits.ts'
import { isLoopback } from '../loopback.ts'
import type { BoundListener } from './bound-listener.ts'
import { answerClientError } from './client-error.ts'
import { ListenError } from './listen-error.ts'
import { createUpgrade } from './web-socket.ts'

export interface ListenersParts extends Omit<DispatchParts, 'bound'> {
  readonly config: Config['listeners']
  /** Listeners are added here as they open. */
  readonly bound: BoundListener[]
  readonly broker: Broker
  /** Signs the client certificates that TLS listeners accept (W 2.2). */
  readonly caPem: string
  readonly certificate: Pem
  readonly log: Logger
}

/** Every socket the server listens on, opened together and closed together. */
export class Listeners {
  readonly #parts: ListenersParts
  readonly #servers: Server[] = []
  readonly #secure: TlsServer[] = []
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

  /** From here on, TLS handshakes use this certificate; connections that are open stay. */
  useCertificate(pem: Pem): void {
    for (const server of this.#secure) server.setSecureContext(this.#tlsOptions(pem))
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
    const { enabled, host, port } = config[name]
    if (!enabled) return
    const server = this.#create(name, host)
    this.#servers.push(server)
    server.on('connection', (socket) => {
      // The broker has these from their first byte on, and closes them itself.
      if (name === 'mqtt') return
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
    await listen(server, name, host, port)
    const { port: boundPort } = server.address() as AddressInfo
    bound.push({ name, host, port: boundPort })
    log.info({ listener: name, host, port: boundPort }, 'listening')
    const isPlain = name === 'mqtt' || name === 'http'
    if (isPlain && !isLoopback(host)) {
      log.warn(
        { listener: name, host },
        'passwords travel in the clear: this listener is without TLS and not on loopback (W 2.1)',
      )
    }
  }

  #create(name: ListenerName, host: string): Server {
    const { broker, certificate } = this.#parts
    if (name === 'mqtt')
      return createTcpServer({ noDelay: true }, (socket) => broker.attachSocket(socket, name))
    if (name === 'http') return this.#serveHttp(createHttpServer(), name, host)
    if (name === 'https')
      return this.#serveHttp(
        this.#secured(createHttpsServer(this.#tlsOptions(certificate)), name),
        name,
        host,
      )
    const isForPartners = name === 'partners'
    const options: TlsOptions = {
      ...this.#tlsOptions(certificate),
      noDelay: true,
      handshakeTimeout: serverLimits.handshakeSeconds * 1000,
      // Elsewhere a certificate is one way to sign in; on the partner listener nobody gets in without (W 2.2).
      requestCert: true,
      rejectUnauthorized: isForPartners,
    }
    return this.#secured(
      createTlsServer(options, (socket) => broker.attachSocket(socket, name)),
      name,
    )
  }

  #serveHttp<S extends HttpServer>(server: S, name: 'http' | 'https', host: string): S {
    server.on('request', (request, response) => dispatch(this.#parts, host, request, response))
    server.on('clientError', answerClientError)
    return server.on('upgrade', createUpgrade(this.#parts, { name, host }))
  }

  #secured<S extends TlsServer>(server: S, name: ListenerName): S {
    const { broker, log } = this.#parts
    this.#secure.push(server)
    return server.on('tlsClientError', (error: Error & { reason?: string }, socket) => {
      // For a certificate that is not trusted, Node's error only says that it hung up.
      const reason = socket.authorizationError?.toString() ?? error.reason ?? error.message
      broker.countRefusal('tls_handshake')
      log.warn({ listener: name, address: socket.remoteAddress, reason }, 'TLS handshake failed')
    })
  }

  #tlsOptions(pem: Pem): TlsOptions {
    return { cert: pem.certificatePem, key: pem.privateKeyPem, ca: this.#parts.caPem, minVersion: 'TLSv1.2' }
  }
}

function listen(server: Server, name: ListenerName, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(new ListenError(name, { host, port }, cause)),
    )
    server.listen({ host, port }, resolve)
  })
}
