import { once } from 'node:events'
import { isIP } from 'node:net'
import { connect, getCACertificates, type TLSSocket } from 'node:tls'
import type { Check } from '../checks.ts'
import { systemCode } from '../cli-error.ts'
import { checkTime } from './check-certificates.ts'
import { PATIENCE_MILLISECONDS } from './check-network.ts'
import type { Setup } from './setup.ts'

/** Handshake, chain, name and expiry of the server. Nothing secret is sent. */
export async function checkTls(setup: Setup, now: number): Promise<Check[]> {
  const { host, port, ca, certificate, privateKey } = setup
  const socket = connect({
    host,
    port,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ca: trusted(ca),
    ...(certificate === undefined ? {} : { cert: certificate, key: privateKey }),
    rejectUnauthorized: false,
    timeout: PATIENCE_MILLISECONDS,
  })
  socket.on('timeout', () => socket.destroy(new Error('no answer in time')))
  try {
    await once(socket, 'secureConnect')
  } catch (error) {
    return [explainHandshake(error)]
  }
  // What the server thinks of the client is heard later, and looked at with the sign-in.
  socket.on('error', () => {})
  const checks = readServer(socket, setup, now)
  // Not as one who hangs up: that would look like a client that does not trust the server.
  socket.end()
  return checks
}

/** The operator’s authority beside those that the machine trusts. */
export function trusted(ca: string | undefined): string[] {
  return [...getCACertificates('default'), ...(ca === undefined ? [] : [ca])]
}

function explainHandshake(error: unknown): Check {
  const code = systemCode(error) ?? ''
  const message = (error as { reason?: string }).reason ?? (error as Error).message
  if (/ALERT/.test(code))
    return {
      isPassed: false,
      text: `The server broke off the TLS handshake: ${message}.`,
      fix: 'Give a client certificate that this server’s authority issued, or look whether it was revoked.',
    }
  return {
    isPassed: false,
    text: `There is no TLS at this port (${message}).`,
    fix: 'Check the port (partners: 8886, MQTT over TLS: 8883, HTTPS: 8443); or write mqtt:// before the address if it is meant to be plain.',
  }
}

function readServer(socket: TLSSocket, { host, ca }: Setup, now: number): Check[] {
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined) return [{ isPassed: false, text: 'The server showed no certificate.' }]
  const checks: Check[] = [{ isPassed: true, text: `TLS works: ${socket.getProtocol()}.` }]
  checks.push(
    checkTime('The server’s certificate', certificate, now, 'Tell the operator: it has to be renewed.'),
  )
  const why = String(
    (socket.authorizationError as Error & { code?: string })?.code ?? socket.authorizationError,
  )
  // Its name and its time are looked at by themselves.
  const isTrusted = socket.authorized || /ALTNAME|EXPIRED|NOT_YET_VALID/.test(why)
  checks.push(
    isTrusted
      ? { isPassed: true, text: 'Its certificate is of an authority that is trusted here.' }
      : {
          isPassed: false,
          text: `Its certificate is of an authority that is not trusted here (${why}), issued by ${oneLine(certificate.issuer)}.`,
          fix:
            ca === undefined
              ? 'Name the operator’s authority: --ca FILE, or "ca" in the configuration; `pillion partner add` wrote it into ca.crt.'
              : 'The ca file is of another server or an older authority: ask the operator for the present ca.crt.',
        },
  )
  const isForName = (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined
  checks.push(
    isForName
      ? { isPassed: true, text: `It was issued for the name ${host}.` }
      : {
          isPassed: false,
          text: `It was not issued for the name ${host}, but for ${certificate.subjectAltName ?? 'no name'}.`,
          fix: 'Use one of these names in the address; or let the operator add this one to `names`.',
        },
  )
  return checks
}

function oneLine(name: string): string {
  return name.replaceAll('\n', ', ')
}
