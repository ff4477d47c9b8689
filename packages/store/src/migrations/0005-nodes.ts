import { type Kysely, sql } from 'kysely'
import type { ColumnTypes } from '../column-types.ts'

/** What several nodes must know of each other: where a thing is connected, common secrets, packages installed elsewhere. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema.alterTable('push_thing').addColumn('node', types.text).execute()
  await db.schema.dropIndex('push_thing_online').execute()
  await db.schema
    .createIndex('push_thing_online')
    .on('push_thing')
    .columns(['is_online', 'node'])
    .where(sql.ref('is_online'), '=', sql.lit(1))
    .execute()
  await db.schema
    .createTable('shared_secret')
    .addColumn('name', types.text, (column) => column.primaryKey())
    .addColumn('value', types.bytes, (column) => column.notNull())
    .modifyEnd(types.tableEnd)
    .execute()
  await db.schema
    .createTable('app_package')
    .addColumn('id_app', types.text, (column) => column.primaryKey())
    .addColumn('installation', types.text, (column) => column.notNull())
    .addColumn('version', types.text, (column) => column.notNull())
    .addColumn('sha256', types.bytes, (column) => column.notNull())
    .addColumn('created_at', types.time, (column) => column.notNull())
    .modifyEnd(types.tableEnd)
    .execute()
  await db.schema
    .createTable('app_package_part')
    .addColumn('installation', types.text, (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('content', types.bytes, (column) => column.notNull())
    .addColumn('created_at', types.time, (column) => column.notNull())
    .addPrimaryKeyConstraint('app_package_part_key', ['installation', 'number'])
    .modifyEnd(types.tableEnd)
    .execute()
}
