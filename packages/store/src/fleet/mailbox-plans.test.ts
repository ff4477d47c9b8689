import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import type { MailboxStore } from '@pillion/fleet'
import type { IdApp, Uid, Vin } from '@pillion/schema'
import { Kysely } from 'kysely'
import type { Database } from '../database.ts'
import { migrate } from '../migrate.ts'
import { migrations } from '../migrations/index.ts'
import { sqliteColumnTypes } from '../sqlite/column-types.ts'
import { NodeSqliteDialect } from '../sqlite/dialect.ts'
import { NodeSqliteDatabase } from '../sqlite/node-sqlite-database.ts'
import { KyselyFleetStore } from './fleet-store.ts'

const vin = '0123456789ABCDEFG' as Vin
const [uid, idApp] = ['MYUID' as Uid, 'news' as IdApp]

/** node:sqlite blocks the event loop: what is asked at every connection, or of every mailbox, must find it by an index. */
const calls: Record<string, (store: MailboxStore) => Promise<unknown>> = {
  'keep and forget': (store) => {
    const times = { receivedAt: 1, expiresAt: 2 }
    const kept = [{ vin, idApp, uid, subtopic: '', payload: '{}', bytes: 2, ...times }]
    return store.write({ kept, taken: new Map([[vin, new Set([1])]]) }, { now: 1, perAppMax: 10 })
  },
  list: (store) => store.list(vin, 0, { countMax: 10, bytesMax: 10 }),
  'remove what is too old': (store) => store.removeExpired(1, 100),
  'count the bytes of a partner': (store) => store.countBytes(uid),
}

const database = new DatabaseSync(':memory:')
const texts = new Set<string>()
const db = new Kysely<Database>({
  dialect: new NodeSqliteDialect(new NodeSqliteDatabase(database)),
  log: ({ query }) => void texts.add(query.sql),
})
const store = new KyselyFleetStore(db)

before(async () => {
  await migrate(db, sqliteColumnTypes, migrations)
  const common = { label: '', createdAt: 0, passwordHash: new Uint8Array(32) }
  await store.identities.addIdentities([
    { role: 'partner', name: uid, ...common },
    { role: 'vehicle', name: vin, ...common },
  ])
  await store.apps.addApp({ idApp, uid, name: '', drivingMode: false, version: undefined, createdAt: 0 })
  await store.apps.subscribeVehicles(idApp, [vin])
})
after(() => db.destroy())

for (const [name, call] of Object.entries(calls)) {
  test(`reads no mailbox but those concerned to ${name}`, async () => {
    texts.clear()
    await call(store.mailbox)
    const asked = [...texts].filter((text) => /\bmailbox_message\b/.test(text))
    assert.notEqual(asked.length, 0)
    for (const text of asked) {
      const parameters = (text.match(/\?/g) ?? []).map(() => null)
      const steps = database.prepare(`explain query plan ${text}`).all(...parameters)
      const slow = steps
        .map(({ detail }) => String(detail))
        .filter((step) => /^SCAN mailbox_message/.test(step))
      assert.deepEqual(slow, [], text)
    }
  })
}

test('an ended subscription finds what goes with it', () => {
  const steps = database.prepare(
    'explain query plan select number from mailbox_message where id_app = ? and vin = ?',
  )
  assert.match(String(steps.all('', '')[0]?.detail), /^SEARCH/)
})
