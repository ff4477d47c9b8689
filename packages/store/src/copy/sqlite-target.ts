import { closeSync, fsyncSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, sql } from 'kysely'
import { migrate } from '../migrate.ts'
import { migrations } from '../migrations/index.ts'
import { sqliteColumnTypes } from '../sqlite/column-types.ts'
import { NodeSqliteDialect } from '../sqlite/dialect.ts'
import { NodeSqliteDatabase } from '../sqlite/node-sqlite-database.ts'
import { CopyError } from './copy-error.ts'
import { insertRows, type Row, type Tables } from './rows.ts'
import { type StoreSource, TransactionSource } from './source.ts'
import type { TableShape } from './tables.ts'

/**
 * A new SQLite file with the tables as they were after the given migration. If anything goes wrong the file is worth nothing:
 * there is no journal, so that it is filled fast.
 */
export class SqliteTarget implements AsyncDisposable {
  readonly source: StoreSource
  readonly #file: string
  readonly #database: DatabaseSync
  readonly #db: Kysely<Tables>

  /**
   * @param file there is none of that name yet
   * @throws {CopyError} BACKUP_NEWER
   */
  static async create(file: string, migration: string): Promise<SqliteTarget> {
    refuseNewer(migration)
    closeSync(openSync(file, 'wx', 0o600))
    const target = new SqliteTarget(file)
    const upTo = Object.entries(migrations).filter(([name]) => name <= migration)
    try {
      await migrate(target.#db, sqliteColumnTypes, Object.fromEntries(upTo))
    } catch (error) {
      await target.#db.destroy()
      throw error
    }
    return target
  }

  private constructor(file: string) {
    this.#file = file
    this.#database = new DatabaseSync(file, { enableForeignKeyConstraints: true })
    this.#database.exec('pragma journal_mode = off; pragma synchronous = off')
    this.#db = new Kysely<Tables>({ dialect: new NodeSqliteDialect(new NodeSqliteDatabase(this.#database)) })
    this.source = new TransactionSource('SQLite', this.#db)
  }

  /** Names and columns of its tables; those that only migrations use are left out. */
  listTables(): Promise<{ name: string; columns: string[] }[]> {
    return listTables(this.#db)
  }

  /** @throws what SQLite says, of a row that it does not take */
  insert(shape: TableShape, rows: readonly Row[]): Promise<void> {
    return insertRows(this.#db, shape, rows)
  }

  async setLastNumber({ name, sequence }: TableShape, last: number): Promise<void> {
    if (sequence === undefined || last === 0) return
    await sql`delete from sqlite_sequence where name = ${name}`.execute(this.#db)
    await sql`insert into sqlite_sequence (name, seq) values (${name}, ${last})`.execute(this.#db)
  }

  /** From here on the tables are those of this version. */
  async bringUpToDate(): Promise<void> {
    await migrate(this.#db, sqliteColumnTypes, migrations)
  }

  /** Takes shared secrets out of the store, for a deployment of one node keeps them in its data folder. */
  async takeSecrets(names: readonly string[]): Promise<Map<string, Uint8Array>> {
    const rows = await this.#db
      .deleteFrom('shared_secret')
      .where('name', 'in', names)
      .returning(['name', 'value'])
      .execute()
    return new Map(rows.map(({ name, value }) => [String(name), value as Uint8Array]))
  }

  /** Everything is on disk afterwards. */
  async close(): Promise<void> {
    await this.#db.destroy()
    const descriptor = openSync(this.#file, 'r+')
    fsyncSync(descriptor)
    closeSync(descriptor)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#db.destroy()
  }
}

/** @throws {CopyError} BACKUP_NEWER: this version does not know the migration */
export function refuseNewer(migration: string): void {
  if (Object.hasOwn(migrations, migration)) return
  const text = `The backup was written by a newer Pillion (${migration}). Restore it with that version, or a later one.`
  throw new CopyError('BACKUP_NEWER', text)
}

/** Takes every row out of those tables of a file that nobody uses. */
export async function emptyTables(file: string, names: readonly string[]): Promise<void> {
  const database = new NodeSqliteDatabase(new DatabaseSync(file))
  const db = new Kysely<Tables>({ dialect: new NodeSqliteDialect(database) })
  for (const name of names) await db.deleteFrom(name).execute()
  await db.destroy()
}

export async function listTables(db: Kysely<Tables>): Promise<{ name: string; columns: string[] }[]> {
  const tables = await db.introspection.getTables()
  return tables
    .filter(({ name, isView }) => !isView && !/^(kysely|sqlite)_/.test(name))
    .map(({ name, columns }) => ({ name, columns: columns.map((column) => column.name) }))
}
