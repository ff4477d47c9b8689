import type { CertificateRecord, CertificateStore, EndedCertificates, ExpiringPage } from '@pillion/fleet'
import type { ExpressionBuilder, Kysely, Selectable, Transaction } from 'kysely'
import { toBatches } from '../batches.ts'
import type { CertificateTable, Database } from '../database.ts'
import { transact } from '../transact.ts'

export class KyselyCertificateStore implements CertificateStore {
  readonly #db: Kysely<Database>

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  async addCertificates(certificates: readonly CertificateRecord[]): Promise<void> {
    for (const batch of toBatches(certificates)) {
      await this.#db
        .insertInto('certificate')
        .values(batch.map(toRow))
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    }
  }

  async findCertificates(fingerprints: readonly string[]): Promise<CertificateRecord[]> {
    const found: CertificateRecord[] = []
    for (const batch of toBatches(fingerprints)) {
      const rows = await this.#db
        .selectFrom('certificate')
        .where('fingerprint', 'in', batch)
        .selectAll()
        .execute()
      found.push(...rows.map(toRecord))
    }
    return found
  }

  async listCertificates(owner: string): Promise<CertificateRecord[]> {
    const rows = await this.#db
      .selectFrom('certificate')
      .where('owner', '=', owner)
      .selectAll()
      .orderBy('issued_at', 'desc')
      .orderBy('fingerprint')
      .execute()
    return rows.map(toRecord)
  }

  endCertificates(owner: string, endsAt: number, which: EndedCertificates): Promise<string[]> {
    const fingerprints = 'only' in which ? which.only : which.allBut
    if ('only' in which && fingerprints.length === 0) return Promise.resolve([])
    return transact(this.#db, async (db) => {
      if ('allBut' in which) await endUnlisted(db, owner, endsAt)
      const ended = await db
        .updateTable('certificate')
        .set({ ends_at: endsAt })
        .where('owner', '=', owner)
        .where(({ eb, or }) => or([eb('ends_at', 'is', null), eb('ends_at', '>', endsAt)]))
        .$if('only' in which, (query) => query.where('fingerprint', 'in', fingerprints))
        .$if('allBut' in which && fingerprints.length > 0, (query) =>
          query.where('fingerprint', 'not in', fingerprints),
        )
        .returning('fingerprint')
        .execute()
      return ended.map(({ fingerprint }) => fingerprint)
    })
  }

  async findUnlistedEnds(owners: readonly string[]): Promise<ReadonlyMap<string, readonly number[]>> {
    const ends = new Map<string, number[]>()
    for (const batch of toBatches(owners)) {
      const rows = await this.#db.selectFrom('unlisted_end').where('owner', 'in', batch).selectAll().execute()
      for (const { owner, ends_at } of rows) ends.set(owner, [...(ends.get(owner) ?? []), ends_at])
    }
    return ends
  }

  async listEnded(now: number): Promise<CertificateRecord[]> {
    const rows = await this.#db
      .selectFrom('certificate')
      .where('ends_at', '<=', now)
      .where('expires_at', '>', now)
      .selectAll()
      .orderBy('fingerprint')
      .execute()
    return rows.map(toRecord)
  }

  async pageExpiring({
    from,
    until,
    after = { expiresAt: from, fingerprint: '' },
    countMax,
  }: Parameters<CertificateStore['pageExpiring']>[0]): Promise<ExpiringPage> {
    const rows = await this.#db
      .selectFrom('certificate')
      .where('expires_at', '>=', after.expiresAt)
      .where('expires_at', '<=', until)
      .where(({ eb, or }) =>
        or([eb('expires_at', '>', after.expiresAt), eb('fingerprint', '>', after.fingerprint)]),
      )
      .selectAll()
      .select(isLastOfOwner)
      .orderBy('expires_at')
      .orderBy('fingerprint')
      .limit(countMax)
      .execute()
    const last = rows.length === countMax ? rows.at(-1) : undefined
    return {
      certificates: rows.filter((row) => row.is_last).map(toRecord),
      next: last && { expiresAt: last.expires_at, fingerprint: last.fingerprint },
    }
  }

  async removeExpired(now: number, countMax: number): Promise<number> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('certificate')
      .where('fingerprint', 'in', (query) =>
        query.selectFrom('certificate').where('expires_at', '<=', now).select('fingerprint').limit(countMax),
      )
      .executeTakeFirstOrThrow()
    return Number(numDeletedRows)
  }
}

/** Asked of each row by itself: as a condition it would let one statement walk over a million of others. */
function isLastOfOwner(eb: ExpressionBuilder<Database, 'certificate'>) {
  const later = eb
    .selectFrom('certificate as later')
    .whereRef('later.owner', '=', 'certificate.owner')
    .where('later.ends_at', 'is', null)
    .where(({ eb: each, or, and }) =>
      or([
        each('later.expires_at', '>', each.ref('certificate.expires_at')),
        and([
          each('later.expires_at', '=', each.ref('certificate.expires_at')),
          each('later.fingerprint', '>', each.ref('certificate.fingerprint')),
        ]),
      ]),
    )
    .select('later.fingerprint')
  return eb.and([eb('certificate.ends_at', 'is', null), eb.not(eb.exists(later))]).as('is_last')
}

async function endUnlisted(db: Transaction<Database>, owner: string, endsAt: number): Promise<void> {
  await db
    .insertInto('unlisted_end')
    .values({ owner, ends_at: endsAt })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

function toRow(record: CertificateRecord): Selectable<CertificateTable> {
  return {
    fingerprint: record.fingerprint,
    owner: record.owner,
    serial_number: record.serialNumber,
    issued_at: record.issuedAt,
    expires_at: record.expiresAt,
    ends_at: record.endsAt ?? null,
  }
}

function toRecord(row: Selectable<CertificateTable>): CertificateRecord {
  return {
    fingerprint: row.fingerprint,
    owner: row.owner,
    serialNumber: row.serial_number,
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
    endsAt: row.ends_at ?? undefined,
  }
}
