import { sql } from 'kysely'
import type { ColumnTypes } from '../column-types.ts'

/** Strict tables know five types; without `strict` a column takes whatever it is given. */
export const sqliteColumnTypes: ColumnTypes = {
  text: 'text',
  time: 'integer',
  bytes: 'blob',
  sequence: { type: 'integer', define: (column) => column.primaryKey().autoIncrement() },
  key: 'integer',
  tableEnd: sql`strict`,
  tableEndByKey: sql`strict, without rowid`,
}
