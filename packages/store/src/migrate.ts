import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import type { ColumnTypes } from './column-types.ts'
import type { Migration } from './migrations/index.ts'
import { planMigration } from './preflight.ts'
import { StoreUnavailableError } from './store-unavailable.ts'

/**
 * Brings the tables up to date, all or nothing. `preflight` is asked first, if there is something in them already.
 * Throws if the database is newer than this program (`StoreNewerError`). Several nodes may start at once: PostgreSQL lets one do it, and the others wait.
 */
export async function migrate<Tables>(
  db: Kysely<Tables>,
  types: ColumnTypes,
  migrations: Readonly<Record<string, Migration>>,
  preflight: (plan: { from: string; pending: readonly string[] }) => Promise<void> = async () => {},
): Promise<void> {
  const plan = await planMigration(db as Kysely<unknown>, Object.keys(migrations))
  if (plan?.pending.length === 0) return
  if (plan !== undefined) await preflight(plan)
  const bound = Object.entries(migrations).map(([name, migration]) => {
    return [name, { up: (db: Kysely<unknown>) => migration.up(db, types) }] as const
  })
  const migrator = new Migrator({ db, provider: { getMigrations: async () => Object.fromEntries(bound) } })
  const { error } = await migrator.migrateToLatest()
  if (error instanceof StoreUnavailableError) throw error
  if (error === undefined) return
  // Such as "permission denied for schema public": the user of PostgreSQL does not own the database.
  const reason = error instanceof Error ? error.message : String(error)
  throw new Error(`The database cannot be brought up to date: ${reason}.`, { cause: error })
}
