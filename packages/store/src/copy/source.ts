import { type Kysely, sql } from 'kysely'
import { RunningSum, type TableSum } from './lines.ts'
import { countRows, type Row, readRows, type Tables } from './rows.ts'
import type { TableShape } from './tables.ts'

export type DatabaseKind = 'SQLite' | 'PostgreSQL'

/** A store in one consistent state, whoever writes to it meanwhile. */
export interface StoreSource {
  readonly database: DatabaseKind
  count(shape: TableShape): Promise<number>
  /** In the order of the key. */
  rows(shape: TableShape): AsyncIterable<readonly Row[]>
  /** The highest number that the database has given to a row of the table, even if that row is gone; 0: none. */
  lastNumber(shape: TableShape): Promise<number>
}

/** `db` is a transaction that sees one state. */
export class TransactionSource implements StoreSource {
  readonly database: DatabaseKind
  readonly #db: Kysely<Tables>

  constructor(database: DatabaseKind, db: Kysely<Tables>) {
    this.database = database
    this.#db = db
  }

  count(shape: TableShape): Promise<number> {
    return countRows(this.#db, shape)
  }

  rows(shape: TableShape): AsyncIterable<readonly Row[]> {
    return readRows(this.#db, shape)
  }

  async lastNumber({ name, sequence }: TableShape): Promise<number> {
    if (sequence === undefined) return 0
    const query =
      this.database === 'SQLite'
        ? sql<{ last: number }>`select seq as last from sqlite_sequence where name = ${name}`
        : sql<{ last: number | null }>`
            select pg_sequence_last_value(pg_get_serial_sequence(${name}, ${sequence})::regclass) as last`
    const { rows } = await query.execute(this.#db)
    return rows[0]?.last ?? 0
  }
}

export async function sumTable(source: StoreSource, shape: TableShape): Promise<TableSum> {
  const sum = new RunningSum(shape)
  for await (const rows of source.rows(shape)) sum.add(rows)
  return sum.end()
}
