import type { Kysely } from 'kysely'
import type { ColumnTypes } from '../column-types.ts'

/** Second factors of operators, and where their sessions were begun. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema.alterTable('operator').addColumn('factor_secret', types.bytes).execute()
  await db.schema.alterTable('operator').addColumn('factor_since', types.time).execute()
  await db.schema.alterTable('operator').addColumn('factor_step', types.time).execute()
  await db.schema.alterTable('operator_session').addColumn('address', types.text).execute()
  await db.schema
    .createTable('operator_recovery_code')
    .addColumn('operator', types.text, (column) => column.notNull())
    .addColumn('hash', types.bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('operator_recovery_code_key', ['operator', 'hash'])
    .modifyEnd(types.tableEnd)
    .execute()
}
