import { type Kysely, sql } from 'kysely'
import type { ColumnTypes } from '../column-types.ts'

/** Partners, vehicles, apps, subscriptions. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('identity')
    // One table for both roles, so that a name cannot be taken twice even by two calls at once.
    .addColumn('name', types.text, (column) => column.primaryKey())
    .addColumn('role', types.text, (column) => column.notNull().check(sql`role in ('partner', 'vehicle')`))
    .addColumn('label', types.text, (column) => column.notNull())
    .addColumn('password_hash', types.bytes, (column) => column.notNull())
    .addColumn('created_at', types.time, (column) => column.notNull())
    .modifyEnd(types.tableEnd)
    .execute()
  await db.schema
    .createTable('app')
    .addColumn('id_app', types.text, (column) => column.primaryKey())
    .addColumn('uid', types.text, (column) => column.notNull().references('identity.name'))
    .addColumn('name', types.text, (column) => column.notNull())
    .addColumn('driving_mode', 'integer', (column) => column.notNull())
    .addColumn('version', types.text)
    .addColumn('created_at', types.time, (column) => column.notNull())
    .modifyEnd(types.tableEnd)
    .execute()
  await db.schema
    .createTable('app_subscription')
    .addColumn('id_app', types.text, (column) => column.notNull().references('app.id_app'))
    .addColumn('vin', types.text, (column) => column.notNull().references('identity.name'))
    .addPrimaryKeyConstraint('app_subscription_key', ['id_app', 'vin'])
    .modifyEnd(types.tableEnd)
    .execute()
  await db.schema.createIndex('app_subscription_vin').on('app_subscription').column('vin').execute()
}
