import { sql } from 'kysely'
import type { ColumnTypes } from '../column-types.ts'

export const postgresColumnTypes: ColumnTypes = {
  text: sql`text collate "C"`,
  time: 'bigint',
  bytes: 'bytea',
  sequence: {
    type: 'bigint',
    // By default, not always: rows that come from another database bring their keys along.
    define: (column) => column.generatedByDefaultAsIdentity().primaryKey(),
  },
  key: 'bigint',
  tableEnd: sql``,
  tableEndByKey: sql``,
}
