/**
 * Keeps which client certificates there are, and which of them have ended. Those that were issued before it, or by somebody
 * else, are not in it until they are seen. What it keeps outlives the identity: a certificate that ended does not come back
 * with a new identity of that name. The same promises as `IdentityStore`.
 */
export interface CertificateStore {
  /** What is there already stays as it is. */
  addCertificates(certificates: readonly CertificateRecord[]): Promise<void>
  /** Those of the fingerprints that are there; any order. */
  findCertificates(fingerprints: readonly string[]): Promise<CertificateRecord[]>
  /** The newest first. */
  listCertificates(owner: string): Promise<CertificateRecord[]>
  /**
   * Ends certificates of the owner at `endsAt`, unless they end before that anyway: only those of the fingerprints, or all but
   * them, and then those that are not in the list as well. The fingerprints of those that end earlier now.
   */
  endCertificates(owner: string, endsAt: number, which: EndedCertificates): Promise<string[]>
  /** Of each of these owners that has any: each time at which the certificates end that are not in the list and were issued before. */
  findUnlistedEnds(owners: readonly string[]): Promise<ReadonlyMap<string, readonly number[]>>
  /** Ended at `now`, and without that still valid; by fingerprint. */
  listEnded(now: number): Promise<CertificateRecord[]>
  /**
   * The certificates that are the last of their owner to expire and do so within these bounds, revoked and replaced ones left
   * out; the first to expire first. Looks at `countMax` certificates at a time, so that a page may be empty: `next` leads on.
   */
  pageExpiring(asked: {
    /** Both included. */
    readonly from: number
    readonly until: number
    /** `next` of the page before. */
    readonly after?: ExpiryCursor | undefined
    readonly countMax: number
  }): Promise<ExpiringPage>
  /** Forgets those that were valid until `now` at most, `countMax` at a time; resolves to how many. */
  removeExpired(now: number, countMax: number): Promise<number>
}

export type EndedCertificates = { readonly only: readonly string[] } | { readonly allBut: readonly string[] }

export interface ExpiryCursor {
  readonly expiresAt: number
  readonly fingerprint: string
}

export interface ExpiringPage {
  readonly certificates: readonly CertificateRecord[]
  /** Undefined: that was all. */
  readonly next: ExpiryCursor | undefined
}

export interface CertificateRecord {
  /** SHA-256 of the DER, lower-case hex. */
  readonly fingerprint: string
  /** Key of the identity it was issued for. */
  readonly owner: string
  /** Hex; '' if nobody has seen the certificate. */
  readonly serialNumber: string
  /** Both in milliseconds since 1970. */
  readonly issuedAt: number
  readonly expiresAt: number
  /** When it was or will be revoked; undefined: it is not. */
  readonly endsAt: number | undefined
}
