import assert from 'node:assert/strict'
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { openSqlite } from '@pillion/store'
import { pino } from 'pino'
import { PostgresServer } from '../../../../packages/store/src/postgres/postgres.fixture.ts'
import { openDataFolder } from '../data-folder.ts'
import { backUp, loadConfig, migrateStore, restore } from '../index.ts'
import { makeFolder } from '../server.fixture.ts'

const log = pino({ level: 'silent' })
const scratch = makeFolder()
const postgres = await PostgresServer.start()
after(() => postgres[Symbol.asyncDispose]())
const vehicles = 10_000
const kills = 4
const data = join(scratch, 'data')

before(makeData)

test('migrate, killed at any moment, has done all or nothing, and ends when it is run again', async () => {
  const url = await postgres.createEmptyDatabase()
  const flags = { data, 'database.url': url }
  for (let kill = 0; kill < kills; kill++) {
    await killed('migrateStore', { flags }, Math.random() * 22)
    const [row] = await postgres
      .execute('select count(*)::int as rows from identity', new URL(url).pathname.slice(1))
      .catch(() => [])
    assert.ok([undefined, 0, vehicles].includes(row?.rows as number | undefined), String(row?.rows))
  }
  const { tables } = await migrateStore(optionsFor(flags))
  assert.equal(tables[0]?.rows, vehicles)
  assert.equal((await migrateStore(optionsFor(flags))).wasFilled, true)
})

test('a backup that is killed does not appear, and the next one is whole', async () => {
  const file = join(scratch, 'killed.tar.gz')
  const flags = { data }
  for (let kill = 0; kill < kills; kill++) {
    await killed('backUp', { flags, file }, Math.random() * 40)
    if (existsSync(file)) await restoresFrom(file)
  }
  await backUp({ ...optionsFor(flags), file, isForced: true })
  await restoresFrom(file)
})

test('restore, killed at any moment, has done all or nothing, and ends when it is run again', async () => {
  const file = join(scratch, 'good.tar.gz')
  await backUp({ ...optionsFor({ data }), file })
  const flags = { data: join(scratch, 'restored') }
  for (let kill = 0; kill < kills; kill++) {
    await killed('restore', { flags, file }, Math.random() * 45)
    if (!existsSync(join(flags.data, 'pillion.db'))) continue
    assert.equal(countVehicles(flags.data), vehicles)
    await rm(flags.data, { recursive: true })
  }
  await restore({ ...optionsFor(flags), file })
  assert.equal(countVehicles(flags.data), vehicles)
  assert.deepEqual(readdirSync(flags.data).sort(), ['admin-token', 'pillion.db'])
})

function optionsFor(flags: Record<string, unknown>) {
  return { config: loadConfig({ env: {}, flags }), log }
}

async function restoresFrom(file: string): Promise<void> {
  const folder = join(scratch, 'trial')
  await restore({ ...optionsFor({ data: folder }), file })
  assert.equal(countVehicles(folder), vehicles)
  assert.equal(readFileSync(join(folder, 'admin-token'), 'utf8'), 'secret\n')
  await rm(folder, { recursive: true })
}

/** Runs it in another process, which is killed a moment after it has reported progress so often. */
async function killed(
  name: string,
  options: { flags: object; file?: string },
  reports: number,
): Promise<void> {
  const script = `
    import { loadConfig, ${name} } from ${JSON.stringify(import.meta.resolve('../index.ts'))}
    const { flags, ...options } = ${JSON.stringify(options)}
    const config = loadConfig({ env: {}, flags })
    const onProgress = () => process.stdout.write('.')
    await ${name}({ ...options, config, log: console, onProgress, isForced: true })`
  const child: ChildProcessByStdio<null, Readable, null> = spawn(
    process.execPath,
    ['--input-type=module', '--eval', script],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const exited = once(child, 'exit')
  let reported = 0
  for await (const dots of child.stdout) {
    reported += (dots as Buffer).length
    if (reported < reports) continue
    await wait(Math.random() * 50)
    child.kill('SIGKILL')
  }
  const [exitCode, signal] = await exited
  assert.ok(signal === 'SIGKILL' || exitCode === 0, `ended by itself with ${exitCode}`)
}

async function makeData(): Promise<void> {
  await (await openDataFolder(data)).write('admin-token', 'secret\n', { secret: true })
  await openSqlite({ file: join(data, 'pillion.db') }).then((store) => store.close())
  const database = new DatabaseSync(join(data, 'pillion.db'))
  const columns = '(name, role, label, password_hash, created_at)'
  const insert = database.prepare(
    `insert into identity ${columns} values (?, 'vehicle', '', zeroblob(32), 0)`,
  )
  database.exec('begin')
  for (let at = 0; at < vehicles; at++) insert.run(`VF3CAR${String(at).padStart(11, '0')}`)
  database.exec('commit')
  database.close()
}

function countVehicles(folder: string): number {
  const database = new DatabaseSync(join(folder, 'pillion.db'))
  const row = database.prepare('select count(*) as rows from identity').get()
  database.close()
  return Number(row?.rows)
}
