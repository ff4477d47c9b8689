import type { Kysely } from 'kysely'
import type { ColumnTypes } from '../column-types.ts'

/** Answers to requests with an Idempotency-Key, for those who ask again. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('kept_answer')
    .addColumn('key_hash', types.bytes, (column) => column.primaryKey())
    .addColumn('caller', types.text, (column) => column.notNull())
    .addColumn('request_hash', types.bytes, (column) => column.notNull())
    .addColumn('made_id', types.text, (column) => column.notNull())
    .addColumn('answer', types.bytes)
    .addColumn('created_at', types.time, (column) => column.notNull())
    .modifyEnd(types.tableEnd)
    .execute()
  await db.schema
    .createIndex('kept_answer_caller')
    .on('kept_answer')
    .columns(['caller', 'created_at'])
    .execute()
  await db.schema.createIndex('kept_answer_age').on('kept_answer').column('created_at').execute()
}
