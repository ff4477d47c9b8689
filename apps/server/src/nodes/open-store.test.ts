import assert from 'node:assert/strict'
import { existsSync, statSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { ProblemBody } from '@pillion/schema'
import { SqliteTarget, StoreUnavailableError } from '@pillion/store'
import { openDataFolder } from '../data-folder.ts'
import { toProblem } from '../http/problems.ts'
import { ask, askAdmin, makeFolder, startTestServer } from '../server.fixture.ts'
import { refuseOtherStore } from './open-store.ts'
import { createPreflight } from './preflight.ts'
import { Readiness } from './readiness.ts'

test('a server does not start empty over a data folder that was in use', async () => {
  const data = makeFolder()
  const server = await startTestServer({ data })
  await server.close()
  await rm(join(data, 'pillion.db'))
  await assert.rejects(startTestServer({ data }), { name: 'StoreMissingError', message: /pillion restore/ })
})

test('nor on its own database when it had come to a shared one', async () => {
  const data = makeFolder()
  const server = await startTestServer({ data })
  await server.close()
  await writeFile(join(data, 'store-id'), 'shared\n')
  await assert.rejects(startTestServer({ data }), { name: 'StoreMissingError', message: /database\.url/ })
})

test('nor in a folder that cannot be one, and names it', async () => {
  const file = join(makeFolder(), 'file')
  await writeFile(file, '')
  for (const data of [file, join(file, 'below')])
    await assert.rejects(startTestServer({ data }), {
      name: 'DataFolderError',
      message: new RegExp(`${data} .*--data`),
    })
})

test('nor where a folder cannot be made, at once', { skip: process.platform !== 'linux' }, async () => {
  // ENOENT though /proc is there: mkdir of Node with `recursive` tries it for ever.
  await assert.rejects(startTestServer({ data: '/proc/pillion/data' }), {
    name: 'DataFolderError',
    message: /\/proc\/pillion\/data cannot be used.*--data/,
  })
})

test('nor on a damaged database, and names it', async () => {
  const data = makeFolder()
  await writeFile(join(data, 'pillion.db'), 'no database')
  await assert.rejects(startTestServer({ data }), {
    name: 'StoreUnusableError',
    message: /pillion\.db cannot be used: file is not a database.*pillion restore/,
  })
})

test('nor on another shared one than before', async () => {
  const data = await openDataFolder(makeFolder())
  await refuseOtherStore(data, 'one')
  await refuseOtherStore(data, 'one')
  await assert.rejects(refuseOtherStore(data, 'other'), {
    name: 'StoreMissingError',
    message: /database\.url/,
  })
})

test('a server logs once that it is not ready, what is missing, and that it is ready again', async () => {
  const logged: unknown[] = []
  const log = {
    info: (text: string) => logged.push(text),
    warn: ({ missing }: { missing: string[] }) => logged.push(missing),
  }
  const nodes: { state: 'connected' | 'away' } = { state: 'connected' }
  const readiness = new Readiness({ ping: async () => {} }, nodes, log as never)
  await readiness.listMissing()
  assert.deepEqual(logged, [], 'not while it starts')
  readiness.isServing = true
  for (const state of ['connected', 'away', 'away', 'connected', 'connected'] as const) {
    nodes.state = state
    await readiness.listMissing()
  }
  assert.deepEqual(logged, [['relay'], 'ready again'])
})

test('a server whose database takes no changes is not ready until it does again, and tells operators why, nobody else', async () => {
  const data = makeFolder()
  const server = await startTestServer({ data })
  const isReady = async () => (await ask(server, '/readyz')).status === 200
  const writer = new DatabaseSync(join(data, 'pillion.db'))
  writer.exec('begin immediate')
  const { status, json } = await askAdmin(server, 'POST', '/partners', { uid: 'ACME' })
  assert.equal(status, 503)
  assert.match((json as ProblemBody).detail, /database is locked/)
  assert.equal(toProblem(new StoreUnavailableError(new Error('db.internal is full'))).detail, 'Try again.')
  assert.equal(await isReady(), false)
  writer.exec('rollback')
  writer.close()
  // An answer is good for half a second.
  await wait(600)
  assert.equal(await isReady(), true)
})

/** As a version without the ledger leaves it. */
async function makeOlder(data: string): Promise<void> {
  const target = await SqliteTarget.create(join(data, 'pillion.db'), '0006-answers')
  await target[Symbol.asyncDispose]()
  const database = new DatabaseSync(join(data, 'pillion.db'))
  database.exec("insert into shared_secret (name, value) values ('mine', x'00')")
  database.close()
}

test('backs up the database of an older version before it changes it, and asks first if it is told to', async () => {
  const data = makeFolder()
  await makeOlder(data)
  await assert.rejects(startTestServer({ data, 'database.migrate': 'refuse' }), {
    name: 'StoreUnusableError',
    message: /0007-ledger, .*--migrate/,
  })
  const backup = join(data, 'pillion.db.before-0007-ledger')
  assert.equal(existsSync(backup), false)
  const server = await startTestServer({ data })
  assert.equal((await askAdmin(server, 'GET', '/operators')).status, 200)
  assert.equal(statSync(backup).mode & 0o777, 0o600)
  const copy = new DatabaseSync(backup, { readOnly: true })
  assert.equal(copy.prepare('select name from shared_secret').get()?.name, 'mine')
  assert.throws(() => copy.prepare('select name from operator').get(), /no such table/)
  copy.close()
})

test('says the command that backs up PostgreSQL, without the password', async () => {
  const options = { mode: 'refuse', url: 'postgres://db/pillion', log: { info() {}, warn() {} } } as const
  const preflight = createPreflight(options)
  const plan = { database: 'PostgreSQL', from: '0001-a', pending: ['0002-b'] } as const
  await assert.rejects(preflight(plan), {
    message: /pg_dump .*before-0002-b\.dump 'postgres:\/\/db\/pillion'/,
  })
})
