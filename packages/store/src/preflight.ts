import type { Kysely } from 'kysely'

/** What is about to be done to a database in which there is something already. */
export interface MigrationPlan {
  readonly database: 'SQLite' | 'PostgreSQL'
  /** The last migration that was done, and those that are to be, by name. */
  readonly from: string
  readonly pending: readonly string[]
  /** Writes the whole database, as it is, to a new file. Only where the database is a file. */
  backUp?(file: string): void
}

/** Asked before; rejects to leave the database as it is. */
export type Preflight = (plan: MigrationPlan) => Promise<void>

/** The database was migrated by a later version than this. */
export class StoreNewerError extends Error {
  override readonly name = 'StoreNewerError'
  readonly code = 'STORE_NEWER'

  constructor(found: string, known: string) {
    super(
      `The database was last used by a newer Pillion (its tables are at ${found}, this version knows them up to ${known}). Start that version again; or, to go back, put the backup in its place that was made before the upgrade.`,
    )
  }
}

/**
 * What has been done and what is to be, if anything has.
 * @throws {StoreNewerError}
 */
export async function planMigration(
  db: Kysely<unknown>,
  names: readonly string[],
): Promise<{ from: string; pending: string[] } | undefined> {
  const done = await listDone(db)
  const known = names.toSorted()
  const newest = done.at(-1)
  if (newest === undefined) return undefined
  if (done.some((name) => !known.includes(name))) throw new StoreNewerError(newest, known.at(-1) ?? 'none')
  return { from: newest, pending: known.filter((name) => !done.includes(name)) }
}

async function listDone(db: Kysely<unknown>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some(({ name }) => name === 'kysely_migration')) return []
  const migrations = db as Kysely<{ kysely_migration: { name: string } }>
  const rows = await migrations.selectFrom('kysely_migration').select('name').orderBy('name').execute()
  return rows.map(({ name }) => name)
}
