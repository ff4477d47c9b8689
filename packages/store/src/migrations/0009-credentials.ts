import type { Kysely } from 'kysely'
import type { ColumnTypes } from '../column-types.ts'

/** Client certificates and when they end, and passwords of partners and vehicles that were replaced and still work. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema.alterTable('identity').addColumn('replaced_password_hash', types.bytes).execute()
  await db.schema.alterTable('identity').addColumn('replaced_ends_at', types.time).execute()
  await db.schema
    .createTable('certificate')
    .addColumn('fingerprint', types.text, (column) => column.primaryKey())
    // Refers to nobody: what has ended stays so when its owner is removed, and added again.
    .addColumn('owner', types.text, (column) => column.notNull())
    .addColumn('serial_number', types.text, (column) => column.notNull())
    .addColumn('issued_at', types.time, (column) => column.notNull())
    .addColumn('expires_at', types.time, (column) => column.notNull())
    .addColumn('ends_at', types.time)
    .modifyEnd(types.tableEnd)
    .execute()
  await db.schema.createIndex('certificate_owner').on('certificate').column('owner').execute()
  await db.schema.createIndex('certificate_end').on('certificate').column('ends_at').execute()
  await db.schema.createIndex('certificate_expiry').on('certificate').column('expires_at').execute()
  await db.schema
    .createTable('unlisted_end')
    .addColumn('owner', types.text, (column) => column.notNull())
    .addColumn('ends_at', types.time, (column) => column.notNull())
    .addPrimaryKeyConstraint('unlisted_end_key', ['owner', 'ends_at'])
    .modifyEnd(types.tableEnd)
    .execute()
}
