import { chmodSync, closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import type { Database } from '../database.ts'
import { migrate } from '../migrate.ts'
import { migrations } from '../migrations/index.ts'
import { logTo, type OnQuery } from '../on-query.ts'
import { type OpenStore, toOpenStore } from '../open-store.ts'
import type { Preflight } from '../preflight.ts'
import { Writability } from '../writability.ts'
import { sqliteColumnTypes } from './column-types.ts'
import { NodeSqliteDialect } from './dialect.ts'
import { NodeSqliteDatabase } from './node-sqlite-database.ts'

/** How long to wait for another process that is opening the same file. */
const openMilliseconds = 5_000

export interface SqliteOptions {
  readonly file: string
  readonly onQuery?: OnQuery | undefined
  readonly preflight?: Preflight | undefined
}

/**
 * Opens or creates the database and brings its tables up to date. `file` is a path in an existing folder, readable
 * by its owner only from then on, or ':memory:'.
 */
export async function openSqlite({ file, onQuery, preflight }: SqliteOptions): Promise<OpenStore> {
  if (file !== ':memory:') restrict(file)
  const database = new DatabaseSync(file, { timeout: openMilliseconds, enableForeignKeyConstraints: true })
  const writability = new Writability()
  const db = new Kysely<Database>({
    dialect: new NodeSqliteDialect(new NodeSqliteDatabase(database)),
    ...logTo(onQuery, writability),
  })
  try {
    // Readers do not wait for the writer. In this mode `normal` would survive a killed process, but a power cut could
    // take back the last changes, and the password just shown to an operator with them. Changes are rare: pay the fsync.
    database.exec('pragma journal_mode = wal; pragma synchronous = full')
    const backUp = (file: string) => void database.prepare('vacuum into ?').run(file)
    await migrate(db, sqliteColumnTypes, migrations, async (plan) =>
      preflight?.({ database: 'SQLite', backUp, ...plan }),
    )
    // From now on the connection waits, and the event loop does not.
    database.exec('pragma busy_timeout = 0')
  } catch (error) {
    database.close()
    throw error
  }
  return toOpenStore(db, writability)
}

/** Before SQLite opens it: its journal files get the mode of the database. */
function restrict(file: string): void {
  closeSync(openSync(file, 'a', 0o600))
  chmodSync(file, 0o600)
}
