/** The relay in a process of its own, forked by relay.ts: takes one job, answers when it listens. */
import { once } from 'node:events'
import type { CertificateFiles } from './certificate.ts'
import { Receivers } from './receivers.ts'
import { createSocketServer } from './socket-server.ts'

export interface RelayJob {
  readonly port: number
  readonly certificate?: CertificateFiles
}

process.once('disconnect', () => process.exit())
process.once('SIGTERM', () => process.exit())
process.once('message', async ({ port, certificate }: RelayJob) => {
  const receivers = new Receivers()
  const copy = (number: number, bytes: Buffer) => receivers.write(number, bytes)
  const server = createSocketServer(certificate, (socket) => receivers.attach(socket, copy))
  server.listen({ port, host: '127.0.0.1' })
  await once(server, 'listening')
  process.send?.('listening')
})
