import type { Kysely } from 'kysely'
import type { ColumnTypes } from '../column-types.ts'

/** Names of apps by language, and where they are offered (W 11.2). */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  for (const column of ['names', 'countries', 'brands', 'devices'])
    await db.schema.alterTable('app').addColumn(column, types.text).execute()
}
