import { createServer as createHttpServer, Server as HttpServer } from 'node:http'
import { createServer as createHttpsServer, Server as HttpsServer } from 'node:https'
import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import {
  createServer as createTlsServer,
  type TLSSocket,
  type TlsOptions,
  type Server as TlsServer,
} from 'node:tls'
import type { Broker } from '@pillion/broker'
import type { Logger } from 'pino'
import type { Config, ListenerName } from '../config.ts'
import type { RefusalMemory } from '../explain/refusal-memory.ts'
import { type DispatchParts, dispatch } from '../http/dispatch.ts'
import type { Limits } from '../limits.ts'
import { SparingLog } from '../sparing-log.ts'
import type { TlsMaterial } from '../tls/tls-in-force.ts'
import { answerClientError } from './client-error.ts'
import { addGate } from './gate.ts'
import { receiveProxyHeader } from './receive-proxy-header.ts'
import { createUpgrade } from './web-socket.ts'

export interface ServerParts extends DispatchParts {
  readonly config: Config['listeners']
  readonly broker: Broker
  readonly refusalMemory: Pick<RefusalMemory, 'refused'>
  readonly tls: TlsMaterial
  readonly limits: Limits
  readonly log: Logger
}

/** How often Node looks whose time is up. */
const httpOptions = { connectionsCheckingInterval: 1_000 }

/** A listener's server, which does not listen yet: what it speaks, and what bounds those whom nobody knows yet. */
export function createServer(parts: ServerParts, name: ListenerName): Server {
  const { broker, config, limits } = parts
  const server = serve(parts, name)
  useLimits(server, limits)
  server.on('drop', () => broker.countRefusal('too_many_connections'))
  if (config[name].proxyProtocol) expectProxyHeader(parts, name, server)
  return server
}

/** What holds for whoever connects, or asks, from here on. */
export function useLimits(server: Server, limits: Limits): void {
  // Of any kind: the broker counts only those that it was given.
  server.maxConnections = limits.connectionsMax
  if (!(server instanceof HttpServer || server instanceof HttpsServer)) return
  server.requestTimeout = limits.httpRequestSeconds * 1_000
  // Node wants the one to be within the other.
  server.headersTimeout = Math.min(limits.httpHeadersSeconds, limits.httpRequestSeconds) * 1_000
  server.keepAliveTimeout = limits.httpIdleSeconds * 1_000
  // Whoever takes nothing of an answer for that long; a WebSocket has rules of its own.
  server.timeout = limits.httpRequestSeconds * 1_000
}

export function tlsOptions({ limits }: ServerParts, tls: TlsMaterial): TlsOptions {
  return {
    cert: tls.certificatePem,
    key: tls.privateKeyPem,
    // They sign the client certificates that are accepted (W 2.2).
    ca: [...tls.authorities],
    ...(tls.crls.length === 0 ? {} : { crl: [...tls.crls] }),
    minVersion: 'TLSv1.2',
    handshakeTimeout: limits.handshakeSeconds * 1_000,
  }
}

function serve(parts: ServerParts, name: ListenerName): Server {
  const attach = (socket: Socket) => parts.broker.attachSocket(socket, name)
  const tls = tlsOptions(parts, parts.tls)
  switch (name) {
    case 'mqtt':
      return createTcpServer({ noDelay: true }, attach)
    case 'http':
      return serveHttp(parts, name, createHttpServer(httpOptions))
    case 'https': {
      // Browsers have none; partners show theirs to change subscriptions (W 12).
      const certificates = { requestCert: true, rejectUnauthorized: false }
      const server = createHttpsServer({ ...tls, ...certificates, ...httpOptions })
      return serveHttp(parts, name, guardHandshakes(parts, name, server))
    }
    case 'mqtts':
    case 'partners': {
      // Elsewhere a certificate is one way to sign in; on the partner listener nobody gets in without (W 2.2).
      const certificates = { requestCert: true, rejectUnauthorized: name === 'partners' }
      const server = createTlsServer({ ...tls, ...certificates, noDelay: true }, attach)
      return guardHandshakes(parts, name, server)
    }
  }
}

function serveHttp(parts: ServerParts, name: 'http' | 'https', server: HttpServer): Server {
  const { config, limits } = parts
  const { host } = config[name]
  server.on('request', (request, response) => dispatch(parts, host, request, response))
  server.on('clientError', (error, socket) => answerClientError(error, socket as Socket, limits.closeSeconds))
  return server.on('upgrade', createUpgrade(parts, { name, host }))
}

function guardHandshakes<S extends TlsServer>(parts: ServerParts, name: ListenerName, server: S): S {
  const { broker, limits, log } = parts
  const sparingLog = new SparingLog(log, () => limits.logLinesPerMinuteMax)
  let handshakes = 0
  addGate(server, (socket, pass) => {
    if (handshakes >= limits.handshakesMax) {
      broker.countRefusal('too_many_handshakes')
      note(parts, name, socket, 'too_many_handshakes', 'Too many TLS handshakes at once.')
      socket.destroy()
      return
    }
    handshakes++
    pass()
  })
  // Each handshake ends in exactly one of the two, also if the peer leaves or time is up.
  server.on('secureConnection', () => {
    handshakes--
  })
  return server.on('tlsClientError', (error: Error & { reason?: string }, socket) => {
    handshakes--
    if (isSilent(error, socket)) {
      socket.destroy()
      return
    }
    broker.countRefusal('tls_handshake')
    // For a certificate that is not trusted, Node's error only says that it hung up.
    const reason = socket.authorizationError?.toString() ?? error.reason ?? error.message
    sparingLog.warn({ listener: name, address: socket.remoteAddress, reason }, 'TLS handshake failed')
    note(parts, name, socket, 'tls_handshake', describeHandshake(error, reason))
    // Node does not, if it is time that is up.
    socket.destroy()
  })
}

/** What OpenSSL says is about its own work; these three are what strangers do, each to be mended elsewhere. */
function describeHandshake({ message }: Error, reason: string): string {
  if (message === 'socket hang up' || reason === 'ECONNRESET')
    return 'The client hung up during the TLS handshake.'
  if (reason === 'wrong version number' || reason === 'http request')
    return 'The client speaks no TLS, and this port wants it: turn TLS on, or use the port without it.'
  if (reason === 'peer did not return a certificate')
    return 'The client shows no certificate, and this port wants one: those of partners come from `pillion partner add`.'
  return `The TLS handshake failed: ${reason}.`
}

/** Load balancers and `pillion doctor` open a connection and leave, to see whether the port is open: nobody was refused. */
function isSilent({ code }: Error & { code?: string }, socket: TLSSocket): boolean {
  // The bytes of a handshake are counted only by the socket below, for which there is no other name.
  const { _parent: below } = socket as TLSSocket & { _parent?: Socket }
  return code === 'ECONNRESET' && below?.bytesRead === 0
}

/** For whoever asks why somebody never got as far as a CONNECT. */
function note(
  { refusalMemory }: ServerParts,
  listener: ListenerName,
  { remoteAddress: address = 'unknown' }: Socket,
  reason: string,
  text: string,
): void {
  refusalMemory.refused({ packet: 'tls', listener, address, clientId: '', name: '', reason, text })
}

function expectProxyHeader(parts: ServerParts, name: ListenerName, server: Server): void {
  const { broker, limits, log } = parts
  const sparingLog = new SparingLog(log, () => limits.logLinesPerMinuteMax)
  addGate(server, (socket, pass) => {
    const bounds = { seconds: limits.connectSeconds, bytesMax: limits.proxyHeaderBytesMax }
    receiveProxyHeader(socket, bounds, pass, (why) => {
      broker.countRefusal('proxy_header')
      const { remoteAddress: address } = socket
      sparingLog.warn({ listener: name, address, reason: 'proxy_header' }, `connection refused: ${why}`)
      note(parts, name, socket, 'proxy_header', why)
    })
  })
}
