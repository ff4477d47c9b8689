import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { openPostgres } from '../postgres/open-postgres.ts'
import { PostgresServer, silentLog } from '../postgres/postgres.fixture.ts'
import { openSqlite } from '../sqlite/open-sqlite.ts'
import { fillPostgres } from './fill-postgres.ts'
import { connectForCopy, latestMigration, readStore } from './read-store.ts'
import { countOf, makeStore } from './rows.fixture.ts'
import { type StoreSource, sumTable } from './source.ts'
import { listTables, SqliteTarget } from './sqlite-target.ts'
import { type TableShape, tableShapes } from './tables.ts'
import { withRows } from './with-rows.ts'

const server = await PostgresServer.start()
let folder: string
let file: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pillion-copy-'))
  file = join(folder, 'full.db')
  await makeStore(file, latestMigration, 700)
})
after(async () => {
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})
const options = (url: string) => ({ url, log: silentLog })
const sumAll = async (source: StoreSource) =>
  Object.fromEntries(
    await Promise.all(tableShapes.map(async (shape) => [shape.name, await sumTable(source, shape)] as const)),
  )
const readNumbers = (source: StoreSource) => Promise.all(tableShapes.map((shape) => source.lastNumber(shape)))

test('knows every table and column that the migrations make, in both databases', async () => {
  const known = describe(tableShapes)
  await using target = await SqliteTarget.create(join(folder, 'shape.db'), latestMigration)
  assert.deepEqual(describe(await target.listTables()), known)
  const db = await connectForCopy(options(await server.createDatabase()))
  assert.deepEqual(describe(await listTables(db)), known)
  await db.schema.createTable('forgotten').addColumn('a', 'text').execute()
  assert.notDeepEqual(describe(await listTables(db)), known)
  await db.destroy()

  function describe(tables: readonly { name: string; columns: object }[]): string[] {
    const columnsOf = ({ columns }: { columns: object }) =>
      Array.isArray(columns) ? (columns as string[]) : Object.keys(columns)
    return tables.map((table) => `${table.name}: ${columnsOf(table).toSorted().join(' ')}`).sort()
  }
})

test('copies every row of SQLite to PostgreSQL, and the numbers that were given out', async () => {
  const url = await server.createEmptyDatabase()
  const progress = new Set<string>()
  const onProgress = ({ table, rows, rowsTotal }: { table: string; rows: number; rowsTotal: number }) =>
    progress.add(`${table} ${rows}/${rowsTotal}`)
  await readStore({ file }, async (source) => {
    const { tables, wasFilled } = await fillPostgres(options(url), source, { onProgress })
    assert.equal(wasFilled, false)
    assert.deepEqual(
      tables.map(({ rows }) => rows),
      tableShapes.map((shape) => countOf(shape, 700)),
    )
    await readStore(options(url), async (copied) => {
      assert.deepEqual(await sumAll(copied), await sumAll(source))
      assert.deepEqual(await readNumbers(copied), await readNumbers(source))
    })
  })
  assert.ok(progress.has('identity 500/700') && progress.has('app_package_part 20/20'))
  const rows = await server.execute(
    "insert into push_removed_target values (nextval('push_target_key_seq')) returning key::int",
    new URL(url).pathname.slice(1),
  )
  assert.deepEqual(rows, [{ key: 708 }])
})

test('copies to the same database once, and refuses one that holds anything else', async () => {
  const url = await server.createDatabase()
  const fill = () => readStore({ file }, (source) => fillPostgres(options(url), source))
  assert.equal((await fill()).wasFilled, false)
  assert.equal((await fill()).wasFilled, true)
  await server.execute("update push_group set name = 'x'", new URL(url).pathname.slice(1))
  await assert.rejects(fill(), { code: 'TARGET_NOT_EMPTY', message: /identity \(700\)/ })
})

test('leaves an empty database empty when the source fails, a row is refused, or it is stopped', async () => {
  const url = await server.createDatabase()
  const failing = (source: StoreSource, table: string, change: (shape: TableShape) => AsyncIterable<[]>) => ({
    database: source.database,
    count: (shape: TableShape) => source.count(shape),
    lastNumber: (shape: TableShape) => source.lastNumber(shape),
    rows: (shape: TableShape) => (shape.name === table ? change(shape) : source.rows(shape)),
  })
  await readStore({ file }, async (source) => {
    const broken = failing(source, 'push_thing', async function* () {
      yield* []
      throw new Error('disk')
    })
    await assert.rejects(fillPostgres(options(url), broken), /disk/)
    const zero = {
      table: 'shared_secret',
      key: ['z'],
      async *create() {
        yield { name: 'z\0', value: null }
      },
    }
    await assert.rejects(fillPostgres(options(url), withRows(source, [zero])), { code: 'ROW_REFUSED' })
    const stop = new AbortController()
    const onProgress = ({ table }: { table: string }) => table === 'push_user' && stop.abort()
    await assert.rejects(fillPostgres(options(url), source, { onProgress, signal: stop.signal }), {
      name: 'AbortError',
    })
    await readStore(options(url), async (target) => {
      for (const shape of tableShapes) assert.equal(await target.count(shape), 0, shape.name)
    })
  })
})

test('refuses a database that somebody is writing to', async () => {
  const url = await server.createDatabase()
  const db = await connectForCopy(options(url))
  await db.transaction().execute(async (db) => {
    await db.insertInto('push_removed_target').values({ key: 1 }).execute()
    await readStore({ file }, async (source) => {
      await assert.rejects(fillPostgres(options(url), source, { lockMilliseconds: 100 }), {
        code: 'TARGET_BUSY',
      })
    })
  })
  await db.destroy()
})

test('reads one state while others write, in both databases', async () => {
  const url = await server.createDatabase()
  const path = join(folder, 'busy.db')
  const stores = [
    { address: { file: path }, store: await openSqlite({ file: path }) },
    { address: options(url), store: await openPostgres(options(url)) },
  ]
  for (const { address, store } of stores) {
    const add = (name: string) =>
      store.fleet.identities.addIdentities([
        { role: 'vehicle', name, label: '', createdAt: 0, passwordHash: new Uint8Array(32) },
      ])
    await add('A')
    await readStore(address, async (source) => {
      const [identity] = tableShapes
      assert.ok(identity)
      const first = await sumTable(source, identity)
      await add('B')
      assert.equal(first.rows, 1)
      assert.deepEqual(await sumTable(source, identity), first)
    })
    await store.close()
  }
})

test('holds a SQLite file against writers when asked to', async () => {
  await readStore({ file, isHeld: true }, async () => {
    const other = new DatabaseSync(file, { timeout: 0 })
    assert.throws(() => other.exec('delete from push_member'), /locked/)
    other.close()
  })
})

test('refuses a database without tables, or with those of another version', async () => {
  await assert.rejects(
    readStore({ file: join(folder, 'none.db') }, async () => {}),
    { code: 'STORE_MISSING' },
  )
  const url = await server.createEmptyDatabase()
  await assert.rejects(
    readStore(options(url), async () => {}),
    { code: 'STORE_MISSING' },
  )
  const older = join(folder, 'older.db')
  const target = await SqliteTarget.create(older, '0004-mailbox')
  await target.close()
  await assert.rejects(
    readStore({ file: older }, async () => {}),
    { code: 'STORE_VERSION', message: /0004-mailbox/ },
  )
})

test('puts rows that come on top where their keys belong', async () => {
  const shape = tableShapes.find(({ name }) => name === 'shared_secret') as TableShape
  const path = join(folder, 'secrets.db')
  await using target = await SqliteTarget.create(path, latestMigration)
  const row = (name: string, from: string) => ({ name, value: Buffer.from(from) })
  await target.insert(shape, [row('b', 'store'), row('\u{ffee}', 'store')])
  const added = ['\u{1f697}', 'b', 'a'].map((name) => ({
    table: 'shared_secret',
    key: [name],
    async *create() {
      yield row(name, 'added')
    },
  }))
  const found: string[] = []
  for await (const rows of withRows(target.source, added).rows(shape))
    for (const { name, value } of rows) found.push(`${name} ${Buffer.from(value as Uint8Array)}`)
  assert.deepEqual(found, ['a added', 'b added', '\u{ffee} store', '\u{1f697} added'])
})
