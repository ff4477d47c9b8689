import type { Kysely } from 'kysely'
import type { ColumnTypes } from '../column-types.ts'

/** Who may use the operator's REST and the console, what they are signed in with, and what they have done. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('operator')
    .addColumn('name', types.text, (column) => column.primaryKey())
    .addColumn('role', types.text, (column) => column.notNull())
    .addColumn('password_hash', types.text, (column) => column.notNull())
    .addColumn('is_disabled', 'integer', (column) => column.notNull())
    .addColumn('created_at', types.time, (column) => column.notNull())
    .addColumn('last_sign_in_at', types.time)
    .modifyEnd(types.tableEnd)
    .execute()
  await db.schema
    .createTable('operator_session')
    .addColumn('hash', types.bytes, (column) => column.primaryKey())
    .addColumn('operator', types.text, (column) => column.notNull())
    .addColumn('created_at', types.time, (column) => column.notNull())
    .addColumn('used_at', types.time, (column) => column.notNull())
    .addColumn('expires_at', types.time, (column) => column.notNull())
    .modifyEnd(types.tableEnd)
    .execute()
  await db.schema
    .createIndex('operator_session_operator')
    .on('operator_session')
    .columns(['operator', 'created_at'])
    .execute()
  await db.schema
    .createTable('operator_link')
    .addColumn('hash', types.bytes, (column) => column.primaryKey())
    .addColumn('created_at', types.time, (column) => column.notNull())
    .addColumn('expires_at', types.time, (column) => column.notNull())
    .modifyEnd(types.tableEnd)
    .execute()
  await createAuditLog(db, types)
}

async function createAuditLog(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  // Numbered by whoever adds an entry, not by the database: one that was rolled back must leave no gap.
  await db.schema
    .createTable('audit_entry')
    .addColumn('number', types.key, (column) => column.primaryKey())
    .addColumn('at', types.time, (column) => column.notNull())
    .addColumn('node', types.text, (column) => column.notNull())
    .addColumn('actor', types.text, (column) => column.notNull())
    .addColumn('address', types.text)
    .addColumn('action', types.text, (column) => column.notNull())
    .addColumn('target', types.text)
    .addColumn('details', types.text, (column) => column.notNull())
    .addColumn('previous_hash', types.text, (column) => column.notNull())
    .addColumn('hash', types.text, (column) => column.notNull())
    .modifyEnd(types.tableEnd)
    .execute()
  for (const column of ['at', 'actor', 'action', 'target']) {
    await db.schema
      .createIndex(`audit_entry_${column}`)
      .on('audit_entry')
      .columns([column, 'number'])
      .execute()
  }
}
