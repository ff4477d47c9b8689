import { setTimeout as wait } from 'node:timers/promises'
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import { StoreUnavailableError } from '../store-unavailable.ts'
import { isBusy, isUnavailable } from './is-unavailable.ts'
import type { NodeSqliteDatabase } from './node-sqlite-database.ts'

/** How long to wait for another process that is writing, such as an import. */
const busyMilliseconds = 1_500
const retryMilliseconds = 10

/**
 * The only connection to the file. While another process writes, it asks again and again: SQLite's own waiting would block the
 * event loop. Whoever comes once that has taken too long is refused at once, until somebody gets through.
 */
export class NodeSqliteConnection implements DatabaseConnection {
  readonly #database: NodeSqliteDatabase
  /** By `performance.now()`; undefined: nobody else is writing, as far as we know. */
  #giveUpAt: number | undefined

  constructor(database: NodeSqliteDatabase) {
    this.#database = database
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    for (;;) {
      try {
        return this.#run(query)
      } catch (error) {
        if (!isUnavailable(error)) throw error
        if (!isBusy(error)) throw new StoreUnavailableError(error)
        this.#giveUpAt ??= performance.now() + busyMilliseconds
        if (performance.now() >= this.#giveUpAt) throw new StoreUnavailableError(error)
      }
      await wait(retryMilliseconds)
    }
  }

  async *streamQuery<Row>(query: CompiledQuery): AsyncGenerator<QueryResult<Row>> {
    yield await this.executeQuery<Row>(query)
  }

  #run<Row>({ sql, parameters }: CompiledQuery): QueryResult<Row> {
    const statement = this.#database.prepare(sql)
    if (statement.reader) return { rows: statement.all(parameters) as Row[] }
    const { changes } = statement.run(parameters)
    // Readers never have to wait, so they do not tell.
    this.#giveUpAt = undefined
    return { numAffectedRows: BigInt(changes), rows: [] }
  }
}
