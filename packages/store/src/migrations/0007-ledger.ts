import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { ColumnTypes } from '../column-types.ts'

/**
 * What became of messages, for as long as it is kept. Ids sort by time, so each index also serves the order of the answers,
 * and most columns are null in most rows.
 */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('message_record')
    .addColumn('id', types.text, (column) => column.primaryKey())
    .addColumn('at', types.time, (column) => column.notNull())
    .addColumn('taken_by', types.text, (column) => column.notNull())
    .addColumn('kind', types.text, (column) => column.notNull())
    .addColumn('sender', types.text, (column) => column.notNull())
    .addColumn('topic', types.text, (column) => column.notNull())
    .addColumn('uid', types.text)
    .addColumn('vin', types.text)
    .addColumn('subtopic', types.text)
    .addColumn('id_app', types.text)
    .addColumn('is_popup', 'integer')
    .addColumn('receipt', types.text)
    .addColumn('app_id', types.text)
    .addColumn('receiver', types.text)
    .addColumn('installation_id', types.text)
    .addColumn('push_message_id', types.text)
    .addColumn('bytes', 'integer', (column) => column.notNull())
    .addColumn('sha256', types.text)
    .addColumn('body', types.text)
    .addColumn('level', types.text, (column) => column.notNull())
    .addColumn('mark', types.text)
    .addColumn('state', types.text)
    .modifyEnd(types.tableEnd)
    .execute()
  await db.schema
    .createTable('message_step')
    .addColumn('id', types.text, (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('seen_by', types.text, (column) => column.notNull())
    .addColumn('at', types.time, (column) => column.notNull())
    .addColumn('state', types.text, (column) => column.notNull())
    .addColumn('counted', 'integer')
    .addColumn('counted_of', 'integer')
    .addColumn('reason', types.text)
    .addColumn('text', types.text, (column) => column.notNull())
    .addPrimaryKeyConstraint('message_step_key', ['id', 'number', 'seen_by'])
    .addForeignKeyConstraint('message_step_record', ['id'], 'message_record', ['id'], (constraint) =>
      constraint.onDelete('cascade'),
    )
    .modifyEnd(types.tableEndByKey)
    .execute()
  for (const column of searched) {
    await db.schema
      .createIndex(`message_record_${column}`)
      .on('message_record')
      .columns([column, 'id'])
      .where(sql.ref(column), 'is not', null)
      .execute()
  }
  await db.schema
    .createIndex('message_step_reason')
    .on('message_step')
    .columns(['reason', 'id'])
    .where(sql.ref('reason'), 'is not', null)
    .execute()
  await db.schema
    .createTable('ledger_level')
    .addColumn('whose', types.text, (column) => column.notNull())
    .addColumn('name', types.text, (column) => column.notNull())
    .addColumn('level', types.text, (column) => column.notNull())
    .addPrimaryKeyConstraint('ledger_level_key', ['whose', 'name'])
    .modifyEnd(types.tableEndByKey)
    .execute()
}

const searched = [
  'uid',
  'vin',
  'id_app',
  'app_id',
  'receiver',
  'topic',
  'receipt',
  'push_message_id',
  'state',
  'mark',
]
