import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { Kysely } from 'kysely'
import { pushApp, token } from '../../../push/src/ports/push-store.fixture.ts'
import type { Database } from '../database.ts'
import { migrate } from '../migrate.ts'
import { migrations } from '../migrations/index.ts'
import { logTo } from '../on-query.ts'
import { type OpenStore, toOpenStore } from '../open-store.ts'
import { StoreUnavailableError } from '../store-unavailable.ts'
import { Writability } from '../writability.ts'
import { sqliteColumnTypes } from './column-types.ts'
import { NodeSqliteDialect } from './dialect.ts'
import { NodeSqliteDatabase } from './node-sqlite-database.ts'
import { openSqlite } from './open-sqlite.ts'

const unavailable = { code: 'STORE_UNAVAILABLE' }
let count = 0

/** A transaction that checks first, a statement by itself, and several that would share a commit. */
const writes: Record<string, (store: OpenStore) => Promise<unknown>> = {
  'a new app': ({ push }) =>
    push.apps.addApp(pushApp({ appID: `app-${count}`, clientID: `client-${count++}` })),
  'a new secret': ({ secrets }) => secrets.getOrAdd(`${count++}`, async () => new Uint8Array(100_000)),
  'new tokens': ({ push }) =>
    Promise.all([1, 2, 3].map(() => push.tokens.addToken(token(count++), { tokensMax: 9 }))),
}

for (const [what, fault, mend] of [
  ['a read-only database', 'pragma query_only = on', 'pragma query_only = off'],
  ['a full disk', 'pragma max_page_count = 1', 'pragma max_page_count = 100000'],
] as const) {
  test(`says that nothing can be written to ${what}, goes on reading, and is back by itself`, async (t) => {
    const database = new DatabaseSync(':memory:')
    const store = await open(database)
    t.after(() => store.close())
    database.exec(fault)
    await store.ping()
    // What takes no new page is written all the same while the disk is full; this takes many.
    await assert.rejects(writes['a new secret']?.(store) as Promise<unknown>, unavailable)
    if (what !== 'a full disk')
      for (const write of Object.values(writes)) await assert.rejects(write(store), unavailable)
    assert.equal(await store.fleet.identities.findIdentity('V'), undefined)
    await assert.rejects(store.ping(), unavailable)
    await assert.rejects(store.ping(), unavailable)
    database.exec(mend)
    await store.ping()
    const probes = database.prepare("select count(*) n from shared_secret where name = 'write-probe'")
    assert.equal(probes.get()?.n, 0)
    for (const write of Object.values(writes)) await write(store)
  })
}

test('tells the log what the database or the network said, and others nothing of it', () => {
  const refused = new AggregateError([new Error('connect ECONNREFUSED 10.0.0.1:5432')])
  for (const cause of [refused.errors[0], refused]) {
    const error = new StoreUnavailableError(cause)
    assert.equal(
      String(error),
      `StoreUnavailableError: ${error.message} (connect ECONNREFUSED 10.0.0.1:5432)`,
    )
    assert.doesNotMatch(error.message, /10\.0\.0\.1/)
  }
})

test('a full disk in the middle of a transaction leaves nothing of it behind', async (t) => {
  const database = new DatabaseSync(':memory:')
  const { fleet, close } = await open(database)
  t.after(close)
  const many = Array.from({ length: 5_000 }, (_, index) => identity(`V${index}`))
  const pages = Number(database.prepare('pragma page_count').get()?.page_count)
  database.exec(`pragma max_page_count = ${pages + 50}`)
  await assert.rejects(fleet.identities.addIdentities(many), unavailable)
  assert.deepEqual(await fleet.identities.listIdentities('vehicle'), [])
  database.exec('pragma max_page_count = 100000')
  assert.equal(await fleet.identities.addIdentities(many), undefined)
})

test('waits for another process that writes, without blocking the event loop, and in time says so', async (t) => {
  const file = await createFile(t)
  const store = await openSqlite({ file })
  t.after(() => store.close())
  const other = new DatabaseSync(file)
  t.after(() => other.close())
  other.exec('begin immediate')
  const startedAt = performance.now()
  let turns = 0
  const counting = setInterval(() => turns++, 5)
  await Promise.all(Object.values(writes).map((write) => assert.rejects(write(store), unavailable)))
  clearInterval(counting)
  const seconds = (performance.now() - startedAt) / 1_000
  assert.ok(seconds <= 2, `${seconds} s`)
  assert.ok(turns > 20, `${turns} turns of the event loop`)
  assert.equal(await store.fleet.identities.findIdentity('V'), undefined)
  other.exec('rollback')
  for (const write of Object.values(writes)) await write(store)

  other.exec('begin immediate')
  const waiting = writes['a new app']?.(store)
  setTimeout(() => other.exec('commit'), 50)
  await waiting
})

async function open(database: DatabaseSync): Promise<OpenStore> {
  const dialect = new NodeSqliteDialect(new NodeSqliteDatabase(database))
  const writability = new Writability()
  const db = new Kysely<Database>({ dialect, ...logTo(undefined, writability) })
  await migrate(db, sqliteColumnTypes, migrations)
  return toOpenStore(db, writability)
}

function identity(name: string) {
  return { role: 'vehicle', name, label: '', createdAt: 0, passwordHash: new Uint8Array(32) } as const
}

async function createFile(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pillion-store-'))
  t.after(() => rm(folder, { recursive: true }))
  return join(folder, 'pillion.db')
}
