import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, PostgresDialect, SqliteDialect, sql } from 'kysely'
import { migrations } from '../migrations/index.ts'
import { type PostgresOptions, toConnection } from '../postgres/open-postgres.ts'
import { TimedPool } from '../postgres/pool.ts'
import { NodeSqliteDialect } from '../sqlite/dialect.ts'
import { NodeSqliteDatabase } from '../sqlite/node-sqlite-database.ts'
import { CopyError } from './copy-error.ts'
import type { Tables } from './rows.ts'
import { type StoreSource, TransactionSource } from './source.ts'

/** A copy reads and writes as long as it takes; a statement of it is one batch, or a count of all rows. */
const STATEMENT_MILLISECONDS = 600_000
const CONNECT_MILLISECONDS = 10_000
const BUSY_MILLISECONDS = 5_000

export type StoreAddress =
  | {
      readonly file: string
      /** Nobody else may write until the job is done. */
      readonly isHeld?: boolean
    }
  | PostgresOptions

/** The last migration that this version knows. */
export const latestMigration = Object.keys(migrations).sort().at(-1) ?? ''

/**
 * Reads a store, which may be in use, in the state that it is in now.
 * @throws {CopyError} STORE_MISSING, STORE_VERSION
 */
export async function readStore<Answer>(
  address: StoreAddress,
  job: (source: StoreSource) => Promise<Answer>,
): Promise<Answer> {
  const read = async (database: TransactionSource['database'], db: Kysely<Tables>) => {
    await refuseOtherVersion(db)
    return job(new TransactionSource(database, db))
  }
  const isFile = 'file' in address
  const db = isFile ? openFile(address) : await connectForCopy(address)
  const transaction = isFile
    ? db.transaction()
    : db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only')
  try {
    return await transaction.execute((db) => read(isFile ? 'SQLite' : 'PostgreSQL', db))
  } finally {
    await db.destroy()
  }
}

/** One connection of its own, without the short times that a server wants. */
export async function connectForCopy(options: PostgresOptions): Promise<Kysely<Tables>> {
  const limits = {
    poolMax: 1,
    statementMilliseconds: STATEMENT_MILLISECONDS,
    connectMilliseconds: CONNECT_MILLISECONDS,
  }
  const pool = new TimedPool(await toConnection(options), limits, options.log)
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
}

function openFile({ file, isHeld = false }: { file: string; isHeld?: boolean }): Kysely<Tables> {
  if (!existsSync(file)) throw new CopyError('STORE_MISSING', `There is no database ${file}.`)
  const database = new NodeSqliteDatabase(
    new DatabaseSync(file, { timeout: BUSY_MILLISECONDS, readOnly: !isHeld }),
  )
  // That of kysely begins without taking the lock of the writer.
  return new Kysely<Tables>({
    dialect: isHeld ? new NodeSqliteDialect(database) : new SqliteDialect({ database }),
  })
}

async function refuseOtherVersion(db: Kysely<Tables>): Promise<void> {
  const query = sql<{ name: string }>`select name from kysely_migration order by name desc limit 1`
  const { rows } = await query.execute(db).catch((cause: Error) => {
    if (!/no such table|does not exist/.test(cause.message)) throw cause
    throw new CopyError('STORE_MISSING', 'The database holds no tables of Pillion.', { cause })
  })
  const found = rows[0]?.name ?? 'none'
  if (found === latestMigration) return
  throw new CopyError(
    'STORE_VERSION',
    `The tables of the database are those of another version (${found}); this one works with ${latestMigration}. Use the version of Pillion that the servers run, or start a server of this one first.`,
  )
}
