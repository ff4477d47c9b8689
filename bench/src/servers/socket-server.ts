import { readFileSync } from 'node:fs'
import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { CertificateFiles } from './certificate.ts'

/** A server of sockets over TLS, or over TCP if there is no certificate. */
export function createSocketServer(
  certificate: CertificateFiles | undefined,
  onSocket: (socket: Socket) => void,
): Server {
  if (certificate === undefined) return createTcpServer({ noDelay: true }, onSocket)
  const cert = readFileSync(certificate.certificateFile)
  const key = readFileSync(certificate.privateKeyFile)
  return createTlsServer({ noDelay: true, cert, key }, onSocket)
}
