import type { PeerCertificate } from '@pillion/broker'
import type { Role } from './records.ts'

/** How certificates of our authority name their owner, in the subject alternative name. */
export function certificateUri(role: Role, name: string): string {
  return `pillion:${role}:${name}`
}

/** Was it issued for this identity? One without our URI, from an authority the operator brought, says so by common name. */
export function isIssuedFor(certificate: PeerCertificate, role: Role, name: string): boolean {
  const uris = pillionUris(certificate)
  return uris.length > 0 ? uris.includes(certificateUri(role, name)) : certificate.commonName === name
}

/** The VIN that a vehicle's certificate claims; the common name of a foreign certificate may be anything else. */
export function claimedVin(certificate: PeerCertificate): string | undefined {
  const uris = pillionUris(certificate)
  const prefix = certificateUri('vehicle', '')
  if (uris.length === 0) return certificate.commonName
  return uris.find((uri) => uri.startsWith(prefix))?.slice(prefix.length)
}

function pillionUris(certificate: PeerCertificate): string[] {
  return certificate.uris.filter((uri) => uri.startsWith('pillion:'))
}
