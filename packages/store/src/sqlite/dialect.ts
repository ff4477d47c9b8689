import {
  CompiledQuery,
  type DatabaseConnection,
  type DialectAdapter,
  type Driver,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
} from 'kysely'
import { NodeSqliteConnection } from './connection.ts'
import type { NodeSqliteDatabase } from './node-sqlite-database.ts'

/** kysely's SQLite dialect over node:sqlite, with a few differences. */
export class NodeSqliteDialect extends SqliteDialect {
  readonly #database: NodeSqliteDatabase

  constructor(database: NodeSqliteDatabase) {
    super({ database })
    this.#database = database
  }

  override createDriver(): Driver {
    return new NodeSqliteDriver(this.#database)
  }

  override createAdapter(): DialectAdapter {
    return new TransactionalDdlAdapter()
  }
}

class NodeSqliteDriver extends SqliteDriver {
  readonly #database: NodeSqliteDatabase
  readonly #connection: DatabaseConnection

  constructor(database: NodeSqliteDatabase) {
    super({ database })
    this.#database = database
    this.#connection = new NodeSqliteConnection(database)
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection
  }

  /**
   * Our transactions write. Taking the write lock at the start waits for another process; a transaction that reads first
   * and finds that another one has written since fails at once, however long it may wait.
   */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  /** A full disk and its like have rolled back already, and are what the caller must hear of. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.isTransaction) await super.rollbackTransaction(connection)
  }
}

/** Migrations run in one transaction: SQLite can, so half a migration never stays behind. */
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}
