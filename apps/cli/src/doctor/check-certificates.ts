import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { Check } from '../checks.ts'

const DAY_MILLISECONDS = 86_400_000
const WARNING_DAYS = 30

/** The client’s own, before anything is sent: can it be read, is it valid, does the key belong to it, whose is it? */
export function checkClientCertificate(
  pem: string,
  keyPem: string,
  username: string | undefined,
  now: number,
): Check[] {
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(pem)
  } catch {
    return [
      {
        isPassed: false,
        text: 'The file of the client certificate holds none.',
        fix: 'Name the client.crt that `pillion partner add` wrote: certificate and private key in PEM.',
      },
    ]
  }
  const checks = [checkTime('The client certificate', certificate, now, 'Ask the operator for a new one.')]
  checks.push(checkKey(certificate, keyPem))
  if (username !== undefined) checks.push(checkOwner(certificate, username))
  return checks
}

function checkKey(certificate: X509Certificate, keyPem: string): Check {
  try {
    if (certificate.checkPrivateKey(createPrivateKey(keyPem)))
      return { isPassed: true, text: 'The private key belongs to it.' }
  } catch {
    const fix = 'Name the file with the private key: --key FILE, or one PEM with both.'
    return { isPassed: false, text: 'There is no private key for the client certificate.', fix }
  }
  const fix = 'Use certificate and key of the same `pillion partner add`, or of the same rotation.'
  return { isPassed: false, text: 'The private key is that of another certificate.', fix }
}

/** As the server will see it; see `isIssuedFor` of `@pillion/fleet`. */
function checkOwner(certificate: X509Certificate, username: string): Check {
  const uris = (certificate.subjectAltName ?? '').match(/pillion:(?:partner|vehicle):[\w.-]+/g) ?? []
  const commonName = /^CN=(.*)$/m.exec(certificate.subject)?.[1]
  const owners = uris.length > 0 ? uris.map((uri) => uri.split(':')[2]) : [commonName]
  if (owners.includes(username)) return { isPassed: true, text: `It was issued for ${username}.` }
  return {
    isPassed: false,
    text: `It was issued for ${owners.join(', ')}, and the user name is ${username}.`,
    reason: 'certificate_of_other_identity',
    fix: 'Use the certificate that was issued together with this user name.',
  }
}

/** Validity of either end’s; a time before the beginning is mostly a clock’s fault. */
export function checkTime(what: string, certificate: X509Certificate, now: number, fix: string): Check {
  const { validFromDate, validToDate } = certificate
  if (now < validFromDate.getTime())
    return {
      isPassed: false,
      text: `${what} is valid from ${validFromDate.toISOString()}, and the clock of this machine says ${new Date(now).toISOString()}.`,
      fix: 'Set the clock of this machine; it should follow NTP.',
    }
  const days = Math.floor((validToDate.getTime() - now) / DAY_MILLISECONDS)
  const until = validToDate.toISOString().slice(0, 10)
  if (days < 0)
    return {
      isPassed: false,
      text: `${what} ended on ${until}; the clock of this machine says ${new Date(now).toISOString()}.`,
      fix: `${fix} If the clock is wrong, set it.`,
    }
  if (days < WARNING_DAYS)
    return { isPassed: false, isWarning: true, text: `${what} ends in ${days} days, on ${until}.`, fix }
  return { isPassed: true, text: `${what} is valid until ${until}.` }
}
