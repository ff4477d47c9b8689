/** Aedes in a process of its own, forked by aedes.ts: takes one job, answers when it listens. */
import { hash } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { Aedes } from 'aedes'
import { createWebSocketStream, WebSocketServer } from 'ws'
import type { Transport } from '../transport.ts'
import type { CertificateFiles } from './certificate.ts'
import { createSocketServer } from './socket-server.ts'

export interface AedesJob {
  readonly transport: Transport
  readonly port: number
  readonly certificate?: CertificateFiles
  /** Username, and SHA-256 of the password in hexadecimal. */
  readonly passwordHashes: readonly (readonly [string, string])[]
}

process.once('disconnect', () => process.exit())
process.once('SIGTERM', () => process.exit())
process.once('message', async (job: AedesJob) => {
  const hashes = new Map(job.passwordHashes)
  const aedes = await Aedes.createBroker({
    authenticate(_client, username, password, done) {
      const isRight = password !== undefined && hashes.get(username ?? '') === hash('sha256', password)
      done(null, isRight)
    },
  })
  const server = job.transport === 'ws' ? serveWebSockets(aedes) : serveSockets(aedes, job)
  server.listen({ port: job.port, host: '127.0.0.1' })
  await once(server, 'listening')
  process.send?.('listening')
})

function serveSockets(aedes: Aedes, job: AedesJob) {
  return createSocketServer(job.certificate, (socket) => aedes.handle(socket))
}

function serveWebSockets(aedes: Aedes) {
  const server = createHttpServer()
  const sockets = new WebSocketServer({ server, perMessageDeflate: false })
  sockets.on('connection', (socket, request) => aedes.handle(createWebSocketStream(socket), request))
  return server
}
