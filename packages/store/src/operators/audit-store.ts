import type { Kysely, Selectable, Transaction } from 'kysely'
import type { Database } from '../database.ts'
import { lock } from '../lock.ts'
import { transact } from '../transact.ts'
import type { AuditEntryTable } from './operator-tables.ts'

/** An entry before it has its place. */
export interface NewAuditEntry {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly node: string
  readonly actor: string
  readonly address: string | undefined
  readonly action: string
  readonly target: string | undefined
  /** JSON */
  readonly details: string
}

export interface StoredAuditEntry extends NewAuditEntry {
  /** From 1, without gaps. */
  readonly number: number
  /** SHA-256, hex; of the first entry '' */
  readonly previousHash: string
  readonly hash: string
}

export interface AuditQuery {
  /** Only entries with smaller numbers. */
  readonly before?: number | undefined
  readonly count: number
  readonly actor?: string | undefined
  readonly action?: string | undefined
  readonly target?: string | undefined
  /** Milliseconds since 1970. */
  readonly since?: number | undefined
}

/** Gives the hash of an entry. */
export type Seal = (entry: Omit<StoredAuditEntry, 'hash'>) => string

/** What was done, one entry after another: nothing here changes one, and only the oldest are ever removed. */
export class AuditStore {
  readonly #db: Kysely<Database>

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  /** Behind the last entry, whichever node added it. `seal` gives its hash. */
  append(entry: NewAuditEntry, seal: Seal): Promise<StoredAuditEntry> {
    return transact(this.#db, async (db) => {
      await lock(db, 'audit')
      return append(db, entry, seal)
    })
  }

  /**
   * Removes the oldest entries, `countMax` at most, as long as they were added before that time; resolves to how many. If any,
   * the entry that `describe` makes of the last of them is appended, in the same transaction: who reads what is left finds in
   * it what the first of it must follow.
   */
  removeOldest(
    { before, countMax }: { readonly before: number; readonly countMax: number },
    describe: (last: { readonly number: number; readonly hash: string }) => NewAuditEntry,
    seal: Seal,
  ): Promise<number> {
    return transact(this.#db, async (db) => {
      await lock(db, 'audit')
      const oldest = await db
        .selectFrom('audit_entry')
        .select(['number', 'at', 'hash'])
        .orderBy('number')
        .limit(countMax)
        .execute()
      const young = oldest.findIndex(({ at }) => at >= before)
      const removed = young === -1 ? oldest : oldest.slice(0, young)
      const last = removed.at(-1)
      if (last === undefined) return 0
      await append(db, describe(last), seal)
      await db.deleteFrom('audit_entry').where('number', '<=', last.number).execute()
      return removed.length
    })
  }

  /** Newest first. */
  async search({ before, count, actor, action, target, since }: AuditQuery): Promise<StoredAuditEntry[]> {
    // Entries are in the order of time, nearly, so the time is looked up once and no index has to hold it with all the rest.
    const first = since === undefined ? undefined : await this.#firstSince(since)
    if (since !== undefined && first === undefined) return []
    let query = this.#db.selectFrom('audit_entry').selectAll()
    if (first !== undefined) query = query.where('number', '>=', first)
    if (before !== undefined) query = query.where('number', '<', before)
    if (actor !== undefined) query = query.where('actor', '=', actor)
    if (action !== undefined) query = query.where('action', '=', action)
    if (target !== undefined) query = query.where('target', '=', target)
    return (await query.orderBy('number', 'desc').limit(count).execute()).map(toEntry)
  }

  /** Oldest first, beyond that number. */
  async listAfter(number: number, count: number): Promise<StoredAuditEntry[]> {
    const rows = await this.#db
      .selectFrom('audit_entry')
      .where('number', '>', number)
      .selectAll()
      .orderBy('number')
      .limit(count)
      .execute()
    return rows.map(toEntry)
  }

  async #firstSince(since: number): Promise<number | undefined> {
    const row = await this.#db
      .selectFrom('audit_entry')
      .where('at', '>=', since)
      .select('number')
      .orderBy('at')
      .orderBy('number')
      .limit(1)
      .executeTakeFirst()
    return row?.number
  }
}

async function append(
  db: Transaction<Database>,
  entry: NewAuditEntry,
  seal: Seal,
): Promise<StoredAuditEntry> {
  const last = await db
    .selectFrom('audit_entry')
    .select(['number', 'hash'])
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  const unsealed = { ...entry, number: (last?.number ?? 0) + 1, previousHash: last?.hash ?? '' }
  const sealed = { ...unsealed, hash: seal(unsealed) }
  await db.insertInto('audit_entry').values(toRow(sealed)).execute()
  return sealed
}

function toRow({ address, target, previousHash, ...entry }: StoredAuditEntry): AuditEntryTable {
  return { ...entry, address: address ?? null, target: target ?? null, previous_hash: previousHash }
}

function toEntry({
  address,
  target,
  previous_hash: previousHash,
  ...row
}: Selectable<AuditEntryTable>): StoredAuditEntry {
  return { ...row, address: address ?? undefined, target: target ?? undefined, previousHash }
}
