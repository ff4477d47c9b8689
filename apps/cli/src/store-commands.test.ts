import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { PostgresServer } from '../../../packages/store/src/postgres/postgres.fixture.ts'
import { exitCodes } from './exit-codes.ts'
import { runPillion, startPillion } from './run-pillion.ts'

const cwd = mkdtempSync(join(tmpdir(), 'pillion-cli-'))
const postgres = await PostgresServer.start()
after(async () => {
  await postgres[Symbol.asyncDispose]()
  rmSync(cwd, { recursive: true })
})
const freePorts = ['--http', '0', '--https', '0', '--mqtt', '0', '--mqtts', '0', '--partners', '0']
const vehicles = 20_000

before(async () => {
  const server = startPillion(['serve', '--data', 'data', ...freePorts], { cwd })
  await server.printed('stdout', /Ctrl-C stops it/)
  const env = { PILLION_DATABASE__URL: await postgres.createEmptyDatabase() }
  const { exitCode, stderr } = await runPillion(['migrate', '--data', 'data', '--json'], { cwd, env })
  assert.deepEqual([exitCode, JSON.parse(stderr).error.code], [exitCodes.failed, 'SERVER_RUNNING'])
  const running = await runPillion(['backup', 'running.tar.gz', '--data', 'data'], { cwd })
  assert.match(running.stdout, /running\.tar\.gz: \d+ rows? of SQLite, 5 files, .* restored for a trial/)
  server.child.kill('SIGINT')
  await server.finished
  fill(join(cwd, 'data/pillion.db'))
})

test('migrate prints what is in PostgreSQL, table by table', async () => {
  const url = await postgres.createEmptyDatabase()
  const args = ['migrate', '--data', 'data', '--database-url', url]
  const done = await runPillion(args, { cwd })
  assert.equal(done.exitCode, exitCodes.ok, done.stderr)
  assert.match(done.stdout, new RegExp(`^identity\t${vehicles}\t[0-9a-f]{12}$`, 'm'))
  assert.match(done.stdout, /^shared_secret\t4\t/m)
  const again = await runPillion([...args, '--json'], { cwd })
  assert.equal(JSON.parse(again.stdout).wasFilled, true)
})

test('a database that wants a password is named, and says so as the server does', async () => {
  const url = new URL(await postgres.createEmptyDatabase())
  await postgres.execute("create role asked login password 'right'")
  const rules = join(postgres.dataFolder, 'pg_hba.conf')
  writeFileSync(rules, `host all asked 127.0.0.1/32 scram-sha-256\n${readFileSync(rules, 'utf8')}`)
  await postgres.execute('select pg_reload_conf()')
  for (const [command, password, reason] of [
    ['migrate', '', 'it wants a password, and none was given'],
    ['backup asked.tar.gz', 'wrong', 'password authentication failed for user "asked"'],
    ['serve', '', 'it wants a password, and none was given'],
  ] as const) {
    const { href } = Object.assign(url, { username: 'asked', password })
    const args = [...command.split(' '), '--data', command === 'migrate' ? 'data' : 'asked']
    const { exitCode, stderr } = await runPillion(args, { cwd, env: { PILLION_DATABASE__URL: href } })
    const text = `The database cannot be used (${url.host}${url.pathname}): ${reason}. Check database.url`
    assert.ok(stderr.includes(text), stderr)
    assert.equal(exitCode, exitCodes.failed)
  }
})

test('Ctrl-C stops a backup, and leaves nothing of it', async () => {
  const backup = startPillion(['backup', 'stopped.tar.gz', '--data', 'data', '--json'], { cwd })
  const begun = () => readdirSync(cwd).some((name) => name.startsWith('stopped.tar.gz.partial'))
  for (let turn = 0; turn < 3_000 && !begun(); turn++) await wait(10)
  backup.child.kill('SIGINT')
  const { exitCode, stderr } = await backup.finished
  assert.deepEqual([exitCode, JSON.parse(stderr).error.code], [exitCodes.interrupted, 'INTERRUPTED'])
  assert.deepEqual(
    readdirSync(cwd).filter((name) => name.startsWith('stopped')),
    [],
  )
})

for (const { args, code, exitCode, text = /./ } of [
  { args: ['migrate', '--data', 'data'], code: 'USAGE', exitCode: exitCodes.usage },
  {
    args: ['migrate', '--data', 'data', '--database-url', 'postgres://127.0.0.1:1/none'],
    code: 'STORE_UNAVAILABLE',
    exitCode: exitCodes.failed,
  },
  { args: ['backup', 'none.tar.gz', '--data', 'none'], code: 'STORE_MISSING', exitCode: exitCodes.usage },
  {
    args: ['restore', 'none.tar.gz', '--data', 'none'],
    code: 'ENOENT',
    exitCode: exitCodes.usage,
    text: /^There is no file none\.tar\.gz: /,
  },
  {
    args: ['backup', 'no/folder/b.tar.gz', '--data', 'data'],
    code: 'ENOENT',
    exitCode: exitCodes.usage,
    text: /^There is no folder .*no\/folder: /,
  },
  {
    args: ['restore', 'data/pillion.db', '--data', 'none'],
    code: 'BACKUP_FOREIGN',
    exitCode: exitCodes.usage,
  },
  {
    args: ['restore', 'running.tar.gz', '--data', 'data'],
    code: 'TARGET_NOT_EMPTY',
    exitCode: exitCodes.usage,
  },
]) {
  test(`pillion ${args.slice(0, 3).join(' ')} … says ${code}`, async () => {
    const done = await runPillion([...args, '--json'], { cwd })
    const { error } = JSON.parse(done.stderr)
    assert.deepEqual([done.exitCode, error.code], [exitCode, code], error.message)
    assert.match(error.message, text)
    assert.equal(existsSync(join(cwd, 'none')), false)
  })
}

function fill(file: string): void {
  const database = new DatabaseSync(file)
  const insert = database.prepare(
    "insert into identity (name, role, label, password_hash, created_at) values (?, 'vehicle', '', zeroblob(32), 0)",
  )
  database.exec('begin')
  for (let at = 0; at < vehicles; at++) insert.run(`VF3CAR${String(at).padStart(11, '0')}`)
  database.exec('commit')
  database.close()
}
