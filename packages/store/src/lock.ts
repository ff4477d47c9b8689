import { type Kysely, sql, type Transaction } from 'kysely'
import type { Database } from './database.ts'

/**
 * Until the transaction ends, nobody else gets past the same words: for what is looked for first and written afterwards, a
 * count below a limit above all. Taken before the first look. SQLite lets one transaction write at a time, and needs none.
 */
export async function lock(db: Transaction<Database>, ...words: readonly (string | number)[]): Promise<void> {
  if (!isShared(db)) return
  await sql`select pg_advisory_xact_lock(hashtextextended(${JSON.stringify(words)}, 0))`.execute(db)
}

/** Do transactions run beside each other? Then rows can be locked too (`for update`), which SQLite has no words for. */
export function isShared(db: Kysely<Database>): boolean {
  return db.getExecutor().adapter.supportsMultipleConnections !== false
}
