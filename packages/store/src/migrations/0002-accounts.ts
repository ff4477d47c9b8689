import type { Kysely } from 'kysely'
import type { ColumnTypes } from '../column-types.ts'

/** Accounts. Beside `identity`, not in it: its check knows two roles, and nothing refers to an account. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('account')
    .addColumn('name', types.text, (column) => column.primaryKey())
    .addColumn('grants', types.text, (column) => column.notNull())
    .addColumn('password_hash', types.bytes, (column) => column.notNull())
    .addColumn('replaced_password_hash', types.bytes)
    .addColumn('replaced_ends_at', types.time)
    .addColumn('created_at', types.time, (column) => column.notNull())
    .modifyEnd(types.tableEnd)
    .execute()
}
