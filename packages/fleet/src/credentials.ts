import { X509Certificate } from 'node:crypto'
import type { Identity, PeerCertificate } from '@pillion/broker'
import { limits } from '@pillion/schema'
import type { CertificateAuthority } from './certificate-authority.ts'
import { type CredentialsEnd, certificateCredential, passwordCredential } from './credential-ends.ts'
import { type ExpiringCertificates, findExpiringCertificates } from './expiring-certificates.ts'
import { findEnds } from './find-ends.ts'
import { FleetError } from './fleet-error.ts'
import type { CertificateRecord } from './ports/certificate-store.ts'
import type { FleetStore } from './ports/fleet-store.ts'
import type { StoredIdentity } from './ports/identity-store.ts'
import { identityKey, type Role } from './records.ts'
import { createSecret, hashSecret } from './secret.ts'

/** What ended credentials are followed by, in a sentence for the clients. */
const passwordEnded = 'The password that this connection signed in with has ended.'
const certificateEnded = 'The client certificate that this connection signed in with has ended.'
const everythingEnded = 'The credentials of this connection were revoked.'

/** Certificates that nobody could use any more stay in the list for a while, for those who look at it. */
const EXPIRED_KEPT_MILLISECONDS = 90 * 86_400_000
const EXPIRED_COUNT = 1_000

export interface CredentialsOptions {
  readonly store: Pick<FleetStore, 'identities' | 'certificates'>
  readonly authority: CertificateAuthority
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Asked each time: an operator may change it while this node runs. */
  readonly overlapSecondsMax: () => number
  /** Told, once it lasts, of credentials that end. */
  readonly ended: (ends: readonly CredentialsEnd[]) => void
}

/** Certificate and private key in one PEM, shown once. */
export interface NewCertificate {
  readonly certificatePem: string
  readonly record: CertificateRecord
}

export interface RotatedCredentials {
  readonly password: string
  readonly certificatePem?: string
  /** Until then those before work, too. */
  readonly replacedEndsAt: number
}

/** Which credentials: a certificate by its fingerprint, or all of the identity. */
export interface RevokedCredentials {
  readonly what: 'certificate' | 'password' | 'everything'
  readonly fingerprint?: string | undefined
}

/** What partners and vehicles sign in with: passwords and client certificates, how they follow each other, and how they end. */
export class Credentials {
  readonly #store: CredentialsOptions['store']
  readonly #authority: CertificateAuthority
  readonly #now: () => number
  readonly #overlapSecondsMax: () => number
  readonly #ended: CredentialsOptions['ended']

  constructor({ store, authority, now, overlapSecondsMax, ended }: CredentialsOptions) {
    this.#store = store
    this.#authority = authority
    this.#now = now
    this.#overlapSecondsMax = overlapSecondsMax
    this.#ended = ended
  }

  /** Not in the list before `list` has it: what is refused later must leave nothing behind. */
  async issueCertificate(role: Role, name: string): Promise<NewCertificate> {
    const now = this.#now()
    const issued = await this.#authority.issueClient({ role, name, now })
    const { fingerprint256, serialNumber, validTo } = new X509Certificate(issued.certificatePem)
    return {
      certificatePem: issued.certificatePem + issued.privateKeyPem,
      record: {
        fingerprint: toFingerprint(fingerprint256),
        owner: identityKey(role, name),
        serialNumber: serialNumber.toLowerCase(),
        issuedAt: now,
        expiresAt: Date.parse(validTo),
        endsAt: undefined,
      },
    }
  }

  async addToList(certificates: readonly CertificateRecord[]): Promise<void> {
    if (certificates.length === 0) return
    await this.#store.certificates.addCertificates(certificates)
    await this.#store.certificates.removeExpired(this.#now() - EXPIRED_KEPT_MILLISECONDS, EXPIRED_COUNT)
  }

  /** Newest first. A certificate that was issued by an earlier version is there once somebody has signed in with it. */
  listCertificates(role: Role, name: string): Promise<CertificateRecord[]> {
    return this.#store.certificates.listCertificates(identityKey(role, name))
  }

  /** Of partners and of vehicles: who should get a new certificate soon. */
  findExpiring(): Promise<ExpiringCertificates[]> {
    return findExpiringCertificates(this.#store.certificates, this.#now())
  }

  /** When the password before the present one ends, if it still works. */
  async replacedPasswordEndsAt(role: Role, name: string): Promise<number | undefined> {
    const { replaced } = await this.#require(role, name)
    return replaced !== undefined && replaced.endsAt > this.#now() ? replaced.endsAt : undefined
  }

  /**
   * A new password, and a new certificate if asked for, shown here and never again. Those before go on working for
   * `overlapSeconds`, a day unless given; then the connections that signed in with them end. A password that was replaced before ends now.
   */
  async rotate(
    role: Role,
    name: string,
    options: { overlapSeconds?: number | undefined; certificate: boolean },
  ): Promise<RotatedCredentials> {
    const max = this.#overlapSecondsMax()
    const { overlapSeconds = Math.min(limits.passwordOverlapSeconds, max) } = options
    if (!(overlapSeconds >= 0 && overlapSeconds <= max))
      throw new FleetError('OVERLAP_OUT_OF_RANGE', `Got ${overlapSeconds} s; 0 to ${max}.`)
    const before = await this.#require(role, name)
    const now = this.#now()
    const endsAt = now + overlapSeconds * 1_000
    const certificate = options.certificate ? await this.issueCertificate(role, name) : undefined
    const password = createSecret()
    // The new one first: whatever fails, nothing that was handed out is refused before its time.
    if (certificate !== undefined) await this.addToList([certificate.record])
    await this.#store.identities.changePassword(role, name, {
      passwordHash: hashSecret(password),
      replaced: overlapSeconds === 0 ? undefined : { passwordHash: before.passwordHash, endsAt },
    })
    const ends = passwordEnds(before, now, endsAt)
    if (certificate !== undefined)
      ends.push(await this.#endCertificates(role, name, endsAt, { allBut: [certificate.record.fingerprint] }))
    this.#ended(ends)
    return {
      password,
      ...(certificate && { certificatePem: certificate.certificatePem }),
      replacedEndsAt: endsAt,
    }
  }

  /** Whoever signed in with one of these would be disconnected by `revoke`; in the words of `Identity.credentials`. */
  async findConcerned(role: Role, name: string, revoked: RevokedCredentials): Promise<string[]> {
    const identity = await this.#require(role, name)
    if (revoked.what === 'everything') return [identityKey(role, name)]
    if (revoked.what === 'password')
      return passwordEnds(identity, this.#now(), this.#now()).flatMap(({ credentials }) => credentials)
    const { fingerprint } = revoked
    const concerned = fingerprint
      ? [await this.#requireOwn(role, name, fingerprint)]
      : (await this.listCertificates(role, name)).map((each) => each.fingerprint)
    return concerned.map(certificateCredential)
  }

  /** At once and for good; who signed in with what ends is disconnected. Without a password an identity needs `rotate`. */
  async revoke(role: Role, name: string, { what, fingerprint }: RevokedCredentials): Promise<void> {
    const identity = await this.#require(role, name)
    const now = this.#now()
    const ends: CredentialsEnd[] = []
    if (what !== 'certificate') {
      // Of a password that nobody has.
      const passwordHash = hashSecret(createSecret())
      await this.#store.identities.changePassword(role, name, { passwordHash, replaced: undefined })
      ends.push(...passwordEnds(identity, now, now))
    }
    if (what !== 'password') {
      const which =
        what === 'certificate' && fingerprint !== undefined
          ? { only: [await this.#addRevoked(role, name, fingerprint)] }
          : { allBut: [] }
      ends.push(await this.#endCertificates(role, name, now, which))
    }
    if (what === 'everything')
      ends.push({ credentials: [identityKey(role, name)], endsAt: now, text: everythingEnded })
    this.#ended(ends)
  }

  /** Of an identity that is being removed: everything, also of what comes back under its name later. */
  async endAll(identity: StoredIdentity, text: string): Promise<CredentialsEnd[]> {
    const { role, name } = identity
    const now = this.#now()
    const certificates = await this.#endCertificates(role, name, now, { allBut: [] })
    const own = { credentials: [identityKey(role, name)], endsAt: now, text }
    return [own, ...passwordEnds(identity, now, now), certificates]
  }

  /**
   * When the certificate ends or has ended, undefined: it does not. One that is not in the list yet, as it was issued by an earlier
   * version or by somebody else, is put there.
   */
  async findEnd(certificate: PeerCertificate, owner: string): Promise<number | undefined> {
    const { certificates } = this.#store
    const { fingerprint, serialNumber, validFrom, validTo } = certificate
    const [known] = await certificates.findCertificates([fingerprint])
    if (known !== undefined) return known.endsAt
    const endsAt = await this.#findUnlistedEnd(owner, validFrom)
    const seen = { fingerprint, owner, serialNumber, issuedAt: validFrom, expiresAt: validTo, endsAt }
    await certificates.addCertificates([seen])
    // All of its owner may have been revoked after the first look, and before this one was among them.
    const later = await this.#findUnlistedEnd(owner, validFrom)
    if (later !== endsAt && later !== undefined)
      await certificates.endCertificates(owner, later, { only: [fingerprint] })
    return later
  }

  async hasEnded(certificate: PeerCertificate, owner: string): Promise<boolean> {
    const endsAt = await this.findEnd(certificate, owner)
    return endsAt !== undefined && endsAt <= this.#now()
  }

  /** Of identities that are connected: what has ended, or will, as far as it may have gone unheard. */
  findEnds(identities: readonly Identity[]): Promise<CredentialsEnd[]> {
    return findEnds(this.#store, identities, this.#now())
  }

  /** Certificates that have ended before their time, signed by the authority (RFC 5280); DER. */
  async createRevocationList(): Promise<Uint8Array> {
    const now = this.#now()
    const ended = await this.#store.certificates.listEnded(now)
    return this.#authority.createRevocationList({
      now,
      // A certificate that nobody here has ever seen has no serial number that could stand there.
      entries: ended.filter(({ serialNumber }) => serialNumber !== ''),
    })
  }

  async #findUnlistedEnd(owner: string, validFrom: number): Promise<number | undefined> {
    const ends = (await this.#store.certificates.findUnlistedEnds([owner])).get(owner) ?? []
    const concerning = ends.filter((endsAt) => validFrom < endsAt)
    return concerning.length === 0 ? undefined : Math.min(...concerning)
  }

  async #endCertificates(
    role: Role,
    name: string,
    endsAt: number,
    which: Parameters<FleetStore['certificates']['endCertificates']>[2],
  ): Promise<CredentialsEnd> {
    const fingerprints = await this.#store.certificates.endCertificates(
      identityKey(role, name),
      endsAt,
      which,
    )
    return { credentials: fingerprints.map(certificateCredential), endsAt, text: certificateEnded }
  }

  /** One that nobody has seen is put into the list, so that it is refused when it comes. */
  async #addRevoked(role: Role, name: string, text: string): Promise<string> {
    const fingerprint = await this.#requireOwn(role, name, text)
    const now = this.#now()
    const expiresAt = this.#authority.validTo
    const owner = identityKey(role, name)
    await this.#store.certificates.addCertificates([
      { fingerprint, owner, serialNumber: '', issuedAt: now, expiresAt, endsAt: undefined },
    ])
    return fingerprint
  }

  async #requireOwn(role: Role, name: string, text: string): Promise<string> {
    const fingerprint = toFingerprint(text)
    if (!/^[\da-f]{64}$/.test(fingerprint))
      throw new FleetError('FINGERPRINT_MALFORMED', `Got ${JSON.stringify(text.slice(0, 100))}.`)
    const [known] = await this.#store.certificates.findCertificates([fingerprint])
    if (known !== undefined && known.owner !== identityKey(role, name))
      throw new FleetError('CERTIFICATE_NOT_FOUND', `It was issued for another than ${name}.`)
    return fingerprint
  }

  async #require(role: Role, name: string): Promise<StoredIdentity> {
    const identity = await this.#store.identities.findIdentity(name)
    if (identity?.role === role) return identity
    if (role === 'partner') throw new FleetError('PARTNER_NOT_FOUND', `UID ${name}.`)
    throw new FleetError('VEHICLE_NOT_FOUND', `VIN ${name}.`)
  }
}

/** As people write it: with colons, and in capitals. */
function toFingerprint(text: string): string {
  return text.replaceAll(':', '').toLowerCase()
}

/** The one before the present one ends now. */
function passwordEnds(
  { passwordHash, replaced }: StoredIdentity,
  now: number,
  endsAt: number,
): CredentialsEnd[] {
  const ends = [{ credentials: [passwordCredential(passwordHash)], endsAt, text: passwordEnded }]
  if (replaced !== undefined)
    ends.push({
      credentials: [passwordCredential(replaced.passwordHash)],
      endsAt: Math.min(now, replaced.endsAt),
      text: passwordEnded,
    })
  return ends
}
