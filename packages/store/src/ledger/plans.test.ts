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
import { KyselyLedgerStore } from './ledger-store.ts'
import { ledgerCalls, seedLedger } from './plans.fixture.ts'

const database = new DatabaseSync(':memory:')
const texts = new Set<string>()
const db = new Kysely<Database>({
  dialect: new NodeSqliteDialect(new NodeSqliteDatabase(database)),
  log: ({ query }) => void texts.add(query.sql),
})
const store = new KyselyLedgerStore(db)

before(async () => {
  await migrate(db, sqliteColumnTypes, migrations)
  await seedLedger(store)
})
after(() => db.destroy())

/** node:sqlite blocks the event loop, and the ledger may hold millions of records. */
for (const [name, call] of Object.entries(ledgerCalls)) {
  test(`neither sorts nor reads more of the ledger than it gives back to ${name}`, async () => {
    texts.clear()
    await call(store)
    const asked = [...texts].filter((text) => /\bmessage_/.test(text))
    assert.notEqual(asked.length, 0)
    for (const text of asked) {
      const parameters = (text.match(/\?/g) ?? []).map(() => null)
      const steps = database.prepare(`explain query plan ${text}`).all(...parameters)
      const slow = steps
        .map(({ detail }) => String(detail))
        .filter((step) => /^SCAN message_\w+$|TEMP B-TREE FOR ORDER BY/.test(step))
      assert.deepEqual(slow, [], text)
    }
  })
}
