import { setTimeout as wait } from 'node:timers/promises'
import type { Kysely, Transaction } from 'kysely'
import type { Database } from './database.ts'
import { StoreUnavailableError } from './store-unavailable.ts'

const attemptsMax = 5
/** Serialisation failure and deadlock: one of the transactions that were in each other's way had to give up. */
const mutual = new Set(['40001', '40P01'])
/** Unique and foreign keys: somebody else's change came between what was looked for and what was written. */
const overtaken = new Set(['23505', '23503'])

/**
 * Runs the job in a transaction, and once more if another connection's transaction was in its way: it then sees what that one
 * has written. So it only speaks to the database. SQLite lets one write at a time, and its errors have other codes.
 */
export async function transact<Answer>(
  db: Kysely<Database>,
  job: (db: Transaction<Database>) => Promise<Answer>,
): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(job)
    } catch (error) {
      const code = (error as { code?: unknown }).code as string
      if (attempt < attemptsMax && (mutual.has(code) || overtaken.has(code)))
        await wait(randomMilliseconds(attempt))
      else throw mutual.has(code) ? new StoreUnavailableError(error) : error
    }
  }
}

/** Apart, or the same two meet again. */
function randomMilliseconds(attempt: number): number {
  return Math.random() * 10 * attempt
}
