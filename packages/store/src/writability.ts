import { randomBytes } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { Database } from './database.ts'

const PROBE = 'write-probe'
/** As a message, so that what is left of a full disk does not do; random, as PostgreSQL would press anything else together. */
const PROBE_BYTES = 65_536

/**
 * Does the database answer, and take changes? A full disk answers all the same. While all is well nothing is written to find
 * out: what was refused raises doubt, and a change that lasts takes it away again.
 */
export class Writability {
  #doubts = 0
  /** How many doubts there were when a change succeeded. */
  #settled = 0

  /** The database did not do what it was asked. */
  doubt(): void {
    this.#doubts++
  }

  /** Rejects as the database does. */
  async check(db: Kysely<Database>): Promise<void> {
    const doubts = this.#doubts
    if (doubts === this.#settled) {
      await sql`select 1`.execute(db)
      return
    }
    const value = randomBytes(PROBE_BYTES)
    // Each by itself: what a transaction takes back again need never reach the disk.
    await db
      .insertInto('shared_secret')
      .values({ name: PROBE, value })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
      .execute()
    await db.deleteFrom('shared_secret').where('name', '=', PROBE).execute()
    this.#settled = doubts
  }
}
