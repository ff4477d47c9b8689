import { chmodSync, closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { KyselyAccountStore } from '../accounts/account-store.ts'
import type { Database } from '../database.ts'
import { KyselyFleetStore } from '../fleet/fleet-store.ts'
import { migrate } from '../migrate.ts'
import { migrations } from '../migrations/index.ts'
import { KyselyPushStore } from '../push/push-store.ts'
import { sqliteColumnTypes } from './column-types.ts'
import { NodeSqliteDialect } from './dialect.ts'
import { NodeSqliteDatabase } from './node-sqlite-database.ts'

/** How long to wait for another process that is writing, such as a backup. */
const busyMilliseconds = 5_000

export interface OpenStore {
  readonly fleet: KyselyFleetStore
  readonly accounts: KyselyAccountStore
  readonly push: KyselyPushStore
  /** Idempotent. */
  close(): Promise<void>
}

/**
 * Opens or creates the database and brings its tables up to date. `file` is a path in an existing folder, readable
 * by its owner only from then on, or ':memory:'.
 */
export async function openSqlite({ file }: { file: string }): Promise<OpenStore> {
  if (file !== ':memory:') restrict(file)
  const database = new DatabaseSync(file, { timeout: busyMilliseconds, enableForeignKeyConstraints: true })
  const db = new Kysely<Database>({ dialect: new NodeSqliteDialect(new NodeSqliteDatabase(database)) })
  try {
    // Readers do not wait for the writer. In this mode `normal` would survive a killed process, but a power cut could
    // take back the last changes, and the password just shown to an operator with them. Changes are rare: pay the fsync.
    database.exec('pragma journal_mode = wal; pragma synchronous = full')
    await migrate(db, sqliteColumnTypes, migrations)
  } catch (error) {
    database.close()
    throw error
  }
  const push = new KyselyPushStore(db)
  return {
    fleet: new KyselyFleetStore(db),
    accounts: new KyselyAccountStore(db),
    push,
    close: () => push.close().then(() => db.destroy()),
  }
}

/** Before SQLite opens it: its journal files get the mode of the database. */
function restrict(file: string): void {
  closeSync(openSync(file, 'a', 0o600))
  chmodSync(file, 0o600)
}
