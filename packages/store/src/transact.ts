import type { Kysely, Transaction } from 'kysely'
import { again } from './again.ts'
import type { Database } from './database.ts'

/** Unique and foreign keys: somebody else's change came between what was looked for and what was written. */
const overtaken: ReadonlySet<unknown> = new Set(['23505', '23503'])

/**
 * Runs the job in a transaction, and once more if another connection's transaction was in its way: it then sees what that one
 * has written. So it only speaks to the database. SQLite lets one write at a time, and its errors have other codes.
 */
export function transact<Answer>(
  db: Kysely<Database>,
  job: (db: Transaction<Database>) => Promise<Answer>,
): Promise<Answer> {
  return again(
    () => db.transaction().execute(job),
    (code) => overtaken.has(code),
  )
}
