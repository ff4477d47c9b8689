import { setImmediate as turn } from 'node:timers/promises'
import type { CertificateStore, ExpiryCursor } from './ports/certificate-store.ts'
import type { Role } from './records.ts'

/** Enough to get another one to where it is needed. */
const AHEAD_MILLISECONDS = 30 * 86_400_000
/** One that has ended so long ago is missed by nobody. */
const BEHIND_MILLISECONDS = 30 * 86_400_000
/** Looked at in one statement, some milliseconds of work. */
const PAGE_CERTIFICATES = 500
const NAMED_MAX = 200

/** Partners, or vehicles, whose last client certificate ends within 30 days, or has ended in the last 30. */
export interface ExpiringCertificates {
  readonly role: Role
  /** How many of them there are. */
  readonly count: number
  /** The first of them to end, 200 at most. */
  readonly first: readonly ExpiringOwner[]
}

export interface ExpiringOwner {
  readonly name: string
  /** Milliseconds since 1970. */
  readonly endsAt: number
}

/** Reads a little at a time: of a large fleet, all certificates may have been issued in the same month. */
export async function findExpiringCertificates(
  store: Pick<CertificateStore, 'pageExpiring'>,
  now: number,
): Promise<ExpiringCertificates[]> {
  const found: Record<Role, { count: number; first: ExpiringOwner[] }> = {
    partner: { count: 0, first: [] },
    vehicle: { count: 0, first: [] },
  }
  const bounds = { from: now - BEHIND_MILLISECONDS, until: now + AHEAD_MILLISECONDS }
  let after: ExpiryCursor | undefined
  do {
    const page = await store.pageExpiring({ ...bounds, after, countMax: PAGE_CERTIFICATES })
    for (const { owner, expiresAt: endsAt } of page.certificates) {
      const [, role, name] = /^(partner|vehicle):(.*)$/s.exec(owner) ?? []
      if (role === undefined || name === undefined) continue
      const ofRole = found[role as Role]
      ofRole.count++
      if (ofRole.first.length < NAMED_MAX) ofRole.first.push({ name, endsAt })
    }
    after = page.next
    await turn()
  } while (after !== undefined)
  return [
    { role: 'partner', ...found.partner },
    { role: 'vehicle', ...found.vehicle },
  ]
}
