import { setImmediate } from 'node:timers/promises'
import type { ScopeKey } from '@pillion/push'
import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely'
import type { Database } from '../database.ts'
import { transact } from '../transact.ts'
import type { PushDatabase } from './push-database.ts'

/** Rows in one statement, some 2 ms: their entries stand far apart in the indices, and each page of those is written anew. */
const removedRowsMax = 50

/** All rows of a table that have these values. */
export interface Rows {
  readonly table: keyof typeof keys
  readonly where: Readonly<Record<string, string | number | readonly number[]>>
}

const keys = {
  push_app: ['app_id'],
  push_user: ['app_id', 'user_id'],
  push_thing: ['app_id', 'thing_id'],
  push_owner: ['app_id', 'thing_id', 'owner'],
  push_group: ['app_id', 'group_id'],
  push_member: ['app_id', 'group_id', 'user_id'],
  push_token: ['position'],
  push_object: ['target_key', 'object_id'],
  push_subscription: ['position'],
  push_installation: ['installation_id'],
} as const satisfies Partial<Record<keyof PushDatabase, readonly string[]>>

/** What goes with a row that is removed. */
export interface Belongings {
  readonly rows: readonly Rows[]
  readonly targets: { readonly appID: string; readonly scope?: ScopeKey }
  /** The last word of the transaction that removes the row itself. */
  readonly finish?: (db: Transaction<Database>) => Promise<unknown>
}

/**
 * Removes what may have very many rows behind it. Every statement blocks the event loop, so none takes more than a batch,
 * and whoever waits runs in between. Of a removed target a note stays until its subscriptions and objects are gone, so that
 * an interrupted removal can be finished.
 */
export class Removal {
  readonly #db: Kysely<Database>
  #isClosed = false
  #isAsked = false
  #sweeping: Promise<void> | undefined

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  /** Its note is one that no sweep sees, on any node, until `tell` has ended. */
  async removeTarget(key: number, tell?: () => Promise<void>): Promise<boolean> {
    const count = await transact(this.#db, (db) => removeTargets(db, { key }, tell && toHidden))
    try {
      if (count === 1) await tell?.()
    } finally {
      // The target is gone; what cannot be removed now is left to the next start.
      if (count === 1 && tell !== undefined) await this.#show(key).catch(() => {})
    }
    this.#sweepBehind()
    return count === 1
  }

  /**
   * First what belongs to the row, in batches, so that an interrupted removal can be asked for again; then, in one
   * transaction, the row and what was added in the meantime. False if there is no such row.
   */
  async removeWith(row: Rows, { rows, targets, finish }: Belongings): Promise<boolean> {
    for (const each of rows) await this.#repeat(() => removeBatch(this.#db, each))
    await this.#repeat(() => transact(this.#db, (db) => removeTargets(db, toWhere(targets))))
    if (this.#isClosed) throw new Error('The store was closed while something was being removed.')
    const isRemoved = await transact(this.#db, async (db) => {
      if ((await removeBatch(db, row)) === 0) return false
      await removeBelongings(db, { rows, targets })
      await finish?.(db)
      return true
    })
    this.#sweepBehind()
    return isRemoved
  }

  /** With what was hidden by a process that did not come to its end. */
  async sweepAll(): Promise<void> {
    await this.#db.updateTable('push_removed_target').set({ key: sql`-key` }).where('key', '<', 0).execute()
    await this.sweep()
  }

  async #show(key: number): Promise<void> {
    await this.#db.updateTable('push_removed_target').set({ key }).where('key', '=', toHidden(key)).execute()
  }

  /** Removes what removed targets have left. Two calls at once share the work. */
  sweep(): Promise<void> {
    this.#isAsked = true
    this.#sweeping ??= this.#sweep()
    return this.#sweeping
  }

  /** Stops between two batches. What is left waits for the next `sweep`. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#sweeping?.catch(() => {})
  }

  /** If it fails, the notes are still there for the next one. */
  #sweepBehind(): void {
    this.sweep().catch(() => {})
  }

  async #sweep(): Promise<void> {
    try {
      // A target that is removed while the last notes were looked for must not be left to the next removal.
      while (this.#isAsked && !this.#isClosed) {
        this.#isAsked = false
        while (!this.#isClosed && (await this.#finishSome())) await setImmediate()
      }
    } finally {
      this.#sweeping = undefined
    }
  }

  /** A batch of subscriptions and one of objects, of a batch of targets; its notes, when nothing is left. False without notes. */
  async #finishSome(): Promise<boolean> {
    const notes = await this.#db
      .selectFrom('push_removed_target')
      .select('key')
      .where('key', '>', 0)
      .limit(removedRowsMax)
      .execute()
    if (notes.length === 0) return false
    const keys = notes.map(({ key }) => key)
    const where = { target_key: keys }
    const subscriptions = await removeBatch(this.#db, { table: 'push_subscription', where })
    const objects = await removeBatch(this.#db, { table: 'push_object', where })
    if (subscriptions < removedRowsMax && objects < removedRowsMax)
      await this.#db.deleteFrom('push_removed_target').where('key', 'in', keys).execute()
    return true
  }

  /** Until it removes less than a whole batch. */
  async #repeat(removeSome: () => Promise<number>): Promise<void> {
    while (!this.#isClosed && (await removeSome()) >= removedRowsMax) await setImmediate()
  }
}

/** In one transaction, so for what came while, or after, the row was removed: as much as was asked for at that moment. */
export async function removeBelongings(
  db: Transaction<Database>,
  { rows, targets }: Omit<Belongings, 'finish'>,
): Promise<void> {
  for (const each of rows) while ((await removeBatch(db, each)) >= removedRowsMax);
  while ((await removeTargets(db, toWhere(targets))) >= removedRowsMax);
}

function toWhere({ appID, scope }: Belongings['targets']): Rows['where'] {
  return { app_id: appID, ...(scope !== undefined && { scope }) }
}

/** In a note. */
function toHidden(key: number): number {
  return -key
}

async function removeTargets(
  db: Transaction<Database>,
  where: Rows['where'],
  toNote = (key: number) => key,
): Promise<number> {
  const { rows } = await sql<{ key: number }>`
    delete from push_target where key in (
      select key from push_target where ${matches(where)} limit ${sql.lit(removedRowsMax)}
    ) returning key`.execute(db)
  const keys = rows.map(({ key }) => ({ key: toNote(key) }))
  if (keys.length > 0) await db.insertInto('push_removed_target').values(keys).execute()
  return keys.length
}

/** How many rows went: fewer than a whole batch if these were the last. */
async function removeBatch(db: Kysely<Database>, { table, where }: Rows): Promise<number> {
  // By the whole key and nothing else: with more to choose from, SQLite may look through all rows of an app instead.
  const key = sql.join(keys[table].map((column) => sql.ref(column)))
  const { numAffectedRows } = await sql`
    delete from ${sql.table(table)} where (${key}) in (
      select ${key} from ${sql.table(table)} where ${matches(where)} limit ${sql.lit(removedRowsMax)}
    )`.execute(db)
  return Number(numAffectedRows ?? 0)
}

function matches(where: Rows['where']): RawBuilder<boolean> {
  const conditions = Object.entries(where).map(([column, value]) =>
    typeof value === 'object'
      ? sql`${sql.ref(column)} in (${sql.join(value)})`
      : sql`${sql.ref(column)} = ${value}`,
  )
  return sql.join(conditions, sql` and `)
}
