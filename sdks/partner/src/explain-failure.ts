import { reasonCodeOf, reasonText } from './link.ts'
import type { Address, PartnerOptions } from './options.ts'
import { PartnerError } from './partner-error.ts'
import { readClientCertificate } from './tls-files.ts'

/** CONNACK codes that only mean "not now": server unavailable (3.1.1 and 5), busy, shutting down, quota, rate. */
const passingCodes = new Set([3, 0x88, 0x89, 0x8b, 0x97, 0x9f])
const versionCodes = new Set([1, 0x84])

/** TLS alerts by which a server turns a client certificate away, in OpenSSL's words. */
const certificateAlert = /ALERT.*(CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE|ACCESS_DENIED)/
const tlsFailure = /^(ERR_SSL|EPROTO)/
const serverCertificateFailure = /CERT|SIGNED|ISSUER|LEAF|CRL|HOSTNAME/

const plainHint = 'an address without a scheme means TLS; write mqtt:// before it for a port without TLS'

/** Turns what went wrong while connecting into an error that says what to check. */
export function explainFailure(cause: Error, address: Address, options: PartnerOptions): PartnerError {
  if (cause instanceof PartnerError) return cause
  const where = `${address.host}:${address.port}`
  const reasonCode = reasonCodeOf(cause)
  if (reasonCode !== undefined) return explainAnswer(cause, reasonCode, where, options)
  // OpenSSL's own words are in `reason`; its message has them between addresses and file names.
  const { code = '', message: full, reason } = cause as { code?: string; message: string; reason?: string }
  const message = reason ?? full
  if (certificateAlert.test(code)) {
    const detail = `${where} refused the client certificate (${message}). ${describeCertificate(options)}`
    return new PartnerError('SIGN_IN_REFUSED', detail, { cause })
  }
  if (tlsFailure.test(code)) {
    return new PartnerError('TLS_FAILED', `${where} does not seem to speak TLS (${message}); ${plainHint}`, {
      cause,
    })
  }
  if (serverCertificateFailure.test(code)) {
    const wrongName = code.includes('ALTNAME')
    const advice = wrongName
      ? 'use a name in "uri" that it has'
      : `name the operator's authority file in "ca"`
    return new PartnerError(
      'TLS_FAILED',
      `the certificate of ${where} is not trusted (${message}); ${advice}`,
      { cause },
    )
  }
  return new PartnerError(
    'NOT_CONNECTED',
    [`${where} cannot be reached (${message || code})`, ...guessAtHangUp(code, address, options)].join('; '),
    { cause },
  )
}

/** The server hung up and said nothing: why it may have done so. */
function guessAtHangUp(code: string, { protocol }: Address, options: PartnerOptions): string[] {
  const wasReset = code === 'ECONNRESET'
  // Without a code it is the plain end of a connection.
  if (!wasReset && code !== '') return []
  const isSecure = protocol === 'mqtts' || protocol === 'wss'
  const guesses = []
  if (wasReset && !options.uri.includes('://')) guesses.push(plainHint)
  // Node's TLS servers turn away a certificate that is expired or of another authority without a word.
  if (isSecure && options.sslClientCert !== undefined)
    guesses.push(`perhaps it does not accept the client certificate. ${describeCertificate(options)}`)
  return guesses
}

/** Did the server refuse MQTT 5 and nothing else? */
export function isVersionRefusal(error: PartnerError): boolean {
  return error.code === 'SIGN_IN_REFUSED' && versionCodes.has(error.reasonCode ?? 0)
}

function explainAnswer(
  cause: Error,
  reasonCode: number,
  where: string,
  options: PartnerOptions,
): PartnerError {
  const said = `${where} answered ${reasonText(reasonCode)}`
  if (passingCodes.has(reasonCode)) return new PartnerError('NOT_CONNECTED', said, { reasonCode, cause })
  const advice = versionCodes.has(reasonCode)
    ? 'it does not speak MQTT 5; set allowMqtt311 if 3.1.1 will do'
    : `check username "${options.username}", its password, and that the certificate was issued for it. ${describeCertificate(options)}`
  return new PartnerError('SIGN_IN_REFUSED', `${said}; ${advice}`, { reasonCode, cause })
}

function describeCertificate(options: PartnerOptions): string {
  if (options.sslClientCert === undefined) return 'No client certificate was sent (sslClientCert is not set).'
  const certificate = readClientCertificate(options)
  if (certificate === undefined) return `${options.sslClientCert} cannot be read.`
  const subject = certificate.subject.replaceAll('\n', ', ')
  const expired = certificate.validToDate < new Date()
  return `The certificate in ${options.sslClientCert} is for ${subject} and ${expired ? 'EXPIRED' : 'is valid until'} ${certificate.validTo}.`
}
