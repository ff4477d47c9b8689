import type { Kysely, Transaction } from 'kysely'
import type { Database } from '../database.ts'
import { lock } from '../lock.ts'
import { transact } from '../transact.ts'

/** One after the other, over all nodes: what changes operators, what they sign in with, or who is signed in. */
export function changeOperators<Answer>(
  db: Kysely<Database>,
  job: (db: Transaction<Database>) => Promise<Answer>,
): Promise<Answer> {
  return transact(db, async (transaction) => {
    await lock(transaction, 'operators')
    return job(transaction)
  })
}
