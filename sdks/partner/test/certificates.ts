import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Files of a throw-away authority, a server for 127.0.0.1 and a client; `client` holds certificate and key in one PEM. */
export interface Certificates {
  readonly ca: string
  readonly serverCert: string
  readonly serverKey: string
  readonly client: string
}

/** Made with the openssl command, so that the client meets certificates that are not of our own making. */
export function makeCertificates(folder: string, clientName: string): Certificates {
  const ca = issue(folder, 'ca', '/CN=Test authority')
  const signed = ['-CA', ca.cert, '-CAkey', ca.key]
  const server = issue(folder, 'server', '/CN=127.0.0.1', ...signed, '-addext', 'subjectAltName=IP:127.0.0.1')
  const client = issue(folder, 'client', `/CN=${clientName}`, ...signed)
  const both = join(folder, 'client-both.pem')
  writeFileSync(both, readFileSync(client.cert, 'utf8') + readFileSync(client.key, 'utf8'), { mode: 0o600 })
  return { ca: ca.cert, serverCert: server.cert, serverKey: server.key, client: both }
}

function issue(
  folder: string,
  name: string,
  subject: string,
  ...extra: string[]
): { cert: string; key: string } {
  const cert = join(folder, `${name}.crt`)
  const key = join(folder, `${name}.key`)
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  execFileSync(
    'openssl',
    ['req', '-x509', ...curve, '-days', '2', '-subj', subject, '-keyout', key, '-out', cert, ...extra],
    { stdio: 'ignore' },
  )
  return { cert, key }
}
