import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { Kysely } from 'kysely'
import type { Database } from '../database.ts'
import { migrate } from '../migrate.ts'
import { migrations } from '../migrations/index.ts'
import { sqliteColumnTypes } from '../sqlite/column-types.ts'
import { NodeSqliteDialect } from '../sqlite/dialect.ts'
import { NodeSqliteDatabase } from '../sqlite/node-sqlite-database.ts'
import { planCalls, seedForPlans } from './plans.fixture.ts'
import { KyselyPushStore } from './push-store.ts'

const database = new DatabaseSync(':memory:')
const texts = new Set<string>()
const db = new Kysely<Database>({
  dialect: new NodeSqliteDialect(new NodeSqliteDatabase(database)),
  log: ({ query }) => void texts.add(query.sql),
})
const store = new KyselyPushStore(db)

before(async () => {
  await migrate(db, sqliteColumnTypes, migrations)
  await seedForPlans(store)
})
after(() => store.close().then(() => db.destroy()))

for (const [name, call] of Object.entries(planCalls)) {
  test(`reads no table from end to end, and sorts nothing, to ${name}`, async () => {
    texts.clear()
    await call(store)
    const asked = [...texts].filter((text) => /\bpush_/.test(text))
    assert.notEqual(asked.length, 0)
    for (const text of asked) {
      // Notes of removed targets are read in any order: whatever is there is to be done.
      const slow = explain(text).filter((step) =>
        /^SCAN (?!push_removed_target|change|CONSTANT ROW)|TEMP B-TREE/.test(step),
      )
      assert.deepEqual(slow, [], text)
    }
  })
}

function explain(text: string): string[] {
  const parameters = (text.match(/\?/g) ?? []).map(() => null)
  const rows = database.prepare(`explain query plan ${text}`).all(...parameters)
  return rows.map(({ detail }) => String(detail))
}
