import type { Identity } from '@pillion/broker'
import { type CredentialsEnd, certificateCredential, passwordCredential } from './credential-ends.ts'
import type { CertificateRecord } from './ports/certificate-store.ts'
import type { FleetStore } from './ports/fleet-store.ts'
import type { StoredIdentity } from './ports/identity-store.ts'

const CERTIFICATE = certificateCredential('')
const text = 'What this connection signed in with has ended.'

/** What the store says of credentials that connections of this node came with: those that have ended, and those that will. */
export async function findEnds(
  { identities, certificates }: Pick<FleetStore, 'identities' | 'certificates'>,
  connected: readonly Identity[],
  now: number,
): Promise<CredentialsEnd[]> {
  const names = new Set(connected.map(({ name }) => name))
  const stored = new Map((await identities.findIdentities([...names])).map((each) => [each.name, each]))
  const shown = new Set(connected.flatMap(({ credentials = [] }) => credentials))
  const fingerprints = [...shown]
    .filter((each) => each.startsWith(CERTIFICATE))
    .map((each) => each.slice(CERTIFICATE.length))
  const listed = new Map(
    (await certificates.findCertificates(fingerprints)).map((each) => [
      certificateCredential(each.fingerprint),
      each,
    ]),
  )
  return connected.flatMap((identity) => findEndsOf(identity, stored.get(identity.name), listed, now))
}

function findEndsOf(
  { key, role, credentials = [] }: Identity,
  stored: StoredIdentity | undefined,
  listed: ReadonlyMap<string, CertificateRecord>,
  now: number,
): CredentialsEnd[] {
  if (stored?.role !== role) return [{ credentials: [key], endsAt: now, text }]
  return credentials.flatMap((credential) => {
    const endsAt = credential.startsWith(CERTIFICATE)
      ? listed.get(credential)?.endsAt
      : endOfPassword(credential, stored, now)
    return endsAt === undefined ? [] : [{ credentials: [credential], endsAt, text }]
  })
}

/** Undefined: it is the present one. */
function endOfPassword(
  credential: string,
  { passwordHash, replaced }: StoredIdentity,
  now: number,
): number | undefined {
  if (credential === passwordCredential(passwordHash)) return undefined
  const isReplaced = replaced !== undefined && credential === passwordCredential(replaced.passwordHash)
  return isReplaced ? replaced.endsAt : now
}
