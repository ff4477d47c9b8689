import type { Kysely } from 'kysely'
import type { ColumnTypes } from '../column-types.ts'

/** What came for vehicles while they were away. A subscription that ends takes its few messages along. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('mailbox_message')
    .addColumn('number', types.sequence.type, types.sequence.define)
    .addColumn('vin', types.text, (column) => column.notNull())
    .addColumn('id_app', types.text, (column) => column.notNull())
    .addColumn('uid', types.text, (column) => column.notNull())
    .addColumn('received_at', types.time, (column) => column.notNull())
    .addColumn('expires_at', types.time, (column) => column.notNull())
    .addColumn('bytes', 'integer', (column) => column.notNull())
    .addColumn('subtopic', types.text, (column) => column.notNull())
    .addColumn('payload', types.text, (column) => column.notNull())
    .addForeignKeyConstraint(
      'mailbox_message_subscription',
      ['id_app', 'vin'],
      'app_subscription',
      ['id_app', 'vin'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .modifyEnd(types.tableEnd)
    .execute()
  // Of one vehicle there are so few that this serves the questions for one of its apps as well.
  await db.schema
    .createIndex('mailbox_message_vin')
    .on('mailbox_message')
    .columns(['vin', 'number'])
    .execute()
  await db.schema.createIndex('mailbox_message_expiry').on('mailbox_message').column('expires_at').execute()
  await db.schema.createIndex('mailbox_message_uid').on('mailbox_message').columns(['uid', 'bytes']).execute()
}
