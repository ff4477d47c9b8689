import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { Kysely } from 'kysely'
import { migrate } from './migrate.ts'
import type { Migration } from './migrations/index.ts'
import { sqliteColumnTypes } from './sqlite/column-types.ts'
import { NodeSqliteDialect } from './sqlite/dialect.ts'
import { NodeSqliteDatabase } from './sqlite/node-sqlite-database.ts'

const createOne: Migration = {
  up: (db, types) => db.schema.createTable('one').addColumn('a', types.text).execute(),
}
const fail: Migration = {
  async up(db, types) {
    await db.schema.createTable('two').addColumn('a', types.text).execute()
    throw new Error('half way')
  },
}

test('runs each migration once, in the order of names', async () => {
  const { db, tables } = open()
  await migrate(db, sqliteColumnTypes, { '0001-one': createOne })
  await migrate(db, sqliteColumnTypes, {
    '0002-index': { up: (db) => db.schema.createIndex('one_a').on('one').column('a').execute() },
    '0001-one': createOne,
  })
  assert.deepEqual(tables(), ['one'])
  await db.destroy()
})

test('leaves nothing behind of a run that failed half way', async () => {
  const { db, tables } = open()
  const broken = migrate(db, sqliteColumnTypes, { '0001-one': createOne, '0002-two': fail })
  await assert.rejects(broken, (error: Error) => {
    assert.match(error.message, /brought up to date: .*half way/)
    assert.match(String(error.cause), /half way/)
    return true
  })
  assert.deepEqual(tables(), [])
  await migrate(db, sqliteColumnTypes, { '0001-one': createOne })
  assert.deepEqual(tables(), ['one'])
  await db.destroy()
})

function open(): { db: Kysely<unknown>; tables(): unknown[] } {
  const database = new DatabaseSync(':memory:')
  const select =
    "select name from sqlite_schema where type = 'table' and name not like 'kysely%' order by name"
  return {
    db: new Kysely({ dialect: new NodeSqliteDialect(new NodeSqliteDatabase(database)) }),
    tables: () =>
      database
        .prepare(select)
        .all()
        .map(({ name }) => name),
  }
}
