import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import {
  copyErrorCodes,
  encodeRow,
  latestMigration,
  type Row,
  readStore,
  SqliteTarget,
  sumTable,
  tableShapes,
} from '@pillion/store'
import { RawMqttClient } from '@pillion/testkit'
import { pino } from 'pino'
import { PostgresServer } from '../../../../packages/store/src/postgres/postgres.fixture.ts'
import { loadConfig, type RunningServer, startServer } from '../index.ts'
import { makeArchive, makePackage } from '../packages/archive.fixture.ts'
import { ask, freePorts, makeFolder, portOf } from '../server.fixture.ts'
import { backUp } from './back-up.ts'
import type { CopyOptions } from './copy-options.ts'
import { migrateStore } from './migrate-store.ts'
import { restore } from './restore.ts'

const log = pino({ level: 'silent' })
const scratch = makeFolder()
const postgres = await PostgresServer.start()
after(() => postgres[Symbol.asyncDispose]())

const guide = 'guide'.repeat(30)
const files = {
  'index.html': 'kept',
  'info.json': '{"id":"demo","version":"2.1.0"}',
  [`${guide}/${guide}.html`]: 'long path',
}
/** A folder that a server had run on, and what a partner was given there. */
let data: string
let partner: { password: string; certificatePem: string }
/** A backup of it. */
let good: string
let token: string

before(async () => {
  data = join(scratch, 'data')
  const server = await start({ data })
  partner = await server.fleet.addPartner({ uid: 'MYUID' })
  await server.fleet.addVehicles(['VF3CAR00000000001'])
  await server.fleet.addApp({ idApp: 'demo', uid: 'MYUID' })
  await server.installPackage('demo', { archive: makePackage(files) })
  token = server.adminToken
  good = join(scratch, 'good.tar.gz')
  await backUp({ ...optionsFor({ data }), file: good })
  await server.close()
})

test('a backup is its owner’s only, and leaves nothing beside it', async () => {
  assert.equal(statSync(good).mode & 0o777, 0o600)
  assert.deepEqual(
    readdirSync(scratch).filter((name) => name.startsWith('good')),
    ['good.tar.gz'],
  )
  await assert.rejects(backUp({ ...optionsFor({ data }), file: good }), { code: 'FILE_EXISTS' })
  const done = await backUp({ ...optionsFor({ data }), file: good, isForced: true, isVerified: false })
  assert.deepEqual([done.database, done.isVerified, done.bytes], ['SQLite', false, statSync(good).size])
})

test('a disk that fills up at any point is said to be full, and nothing is left on it', async (t) => {
  const small = join(scratch, 'small')
  mkdirSync(small)
  if (spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', small]).status !== 0)
    return t.skip('a small file system cannot be mounted here')
  t.after(() => spawnSync('umount', ['--lazy', small]))
  const isFull = { code: 'NO_ROOM', message: new RegExp(`^There is no room left in ${small}: .*Make some`) }
  const jobs = {
    backup: () => backUp({ ...optionsFor({ data }), file: join(small, 'small.tar.gz') }),
    restore: () => restore({ ...optionsFor({ data: small }), file: good }),
  }
  for (const [name, job] of Object.entries(jobs)) {
    let times = 0
    for (let kilobytes = 16; ; kilobytes *= 2, times++) {
      spawnSync('mount', ['-o', `remount,size=${kilobytes}k`, small])
      const error = await job().then(
        () => undefined,
        (error: unknown) => error,
      )
      if (error === undefined) break
      assert.throws(() => {
        throw error
      }, isFull)
      assert.deepEqual(readdirSync(small), [], `${name} into ${kilobytes} kB`)
    }
    assert.ok(times > 3, `${name} was refused ${times} times`)
    for (const left of readdirSync(small)) rmSync(join(small, left), { recursive: true })
  }
})

test('a server on the restored folder knows its partners, its operator and its apps again', async () => {
  const restored = join(scratch, 'restored')
  mkdirSync(join(restored, 'lost+found'), { recursive: true })
  await restore({ ...optionsFor({ data: restored }), file: good })
  for (const name of ['pillion.db', 'admin-token', 'endpoint-key', 'factor-key', 'ca/private-key.pem'])
    assert.equal(statSync(join(restored, name)).mode & 0o777, 0o600, name)
  assert.equal(existsSync(join(restored, 'restoring')), false)
  await knowsEverything({ data: restored })
  for (const name of ['endpoint-key', 'factor-key'])
    assert.deepEqual(readFileSync(join(restored, name)), readFileSync(join(data, name)), name)
})

test('moves to PostgreSQL, from there to another one, and from there back to SQLite', async () => {
  const first = { data, 'database.url': await postgres.createEmptyDatabase() }
  const migrated = await migrateStore(optionsFor(first))
  assert.deepEqual(
    migrated.tables.filter(({ rows }) => rows > 0).map(({ name, rows }) => [name, rows]),
    [
      ['identity', 2],
      ['certificate', 1],
      ['app', 1],
      ['shared_secret', 4],
      ['app_package', 1],
      ['app_package_part', 1],
      // Of its start.
      ['operator_link', 1],
      ['audit_entry', 1],
    ],
  )
  assert.equal((await migrateStore(optionsFor(first))).wasFilled, true, 'run again')

  const moved = join(scratch, 'moved')
  await restore({ ...optionsFor({ data: moved }), file: good })
  const isMoved = { code: 'ALREADY_MOVED', message: /start the server with its database\.url/ }
  writeFileSync(join(moved, 'store-id'), 'shared\n')
  await assert.rejects(migrateStore(optionsFor({ ...first, data: moved })), isMoved)
  rmSync(join(moved, 'pillion.db'))
  await assert.rejects(migrateStore(optionsFor({ ...first, data: moved })), isMoved)

  const second = { data: join(scratch, 'second'), 'database.url': await postgres.createEmptyDatabase() }
  const file = join(scratch, 'postgres.tar.gz')
  const nowhere = join(scratch, 'nowhere')
  await backUp({ ...optionsFor({ ...first, data: nowhere }), file })
  await restore({ ...optionsFor(second), file })
  assert.deepEqual(await sumAll(second), await sumAll(first))
  assert.equal((await restore({ ...optionsFor(second), file })).wasFilled, true, 'run again')
  assert.equal(existsSync(second.data) || existsSync(nowhere), false)
  await signsIn(second)

  const third = { data: join(scratch, 'third') }
  const again = join(scratch, 'again.tar.gz')
  await backUp({ ...optionsFor({ ...second, data: nowhere }), file: again })
  await restore({ ...optionsFor(third), file: again })
  await knowsEverything(third)
  assert.deepEqual(readFileSync(join(third.data, 'factor-key')), readFileSync(join(data, 'factor-key')))
})

test('a backup while a server writes holds one moment: of each change all or nothing', async () => {
  const busy = join(scratch, 'busy')
  const server = await start({ data: busy })
  let isDone = false
  const writing = (async () => {
    for (let pair = 0; !isDone; pair++) {
      const vins = ['A', 'B'].map((half) => `VF3CAR${half}${String(pair).padStart(10, '0')}`)
      await server.fleet.addVehicles(vins)
      await turn()
    }
  })()
  const file = join(scratch, 'busy.tar.gz')
  await backUp({ ...optionsFor({ data: busy }), file, onProgress: () => {} })
  isDone = true
  await writing
  await server.close()
  const restored = join(scratch, 'unbusy')
  await restore({ ...optionsFor({ data: restored }), file })
  const again = await start({ data: restored })
  const vins = (await again.fleet.listVehicles()).map(({ vin }) => vin)
  await again.close()
  assert.ok(vins.length > 0)
  for (const vin of vins) assert.ok((vins as string[]).includes(otherHalf(vin)), vin)
})

const tar = () => gunzipSync(readFileSync(good))
const cutAt = (share: number) => (whole: Buffer) => whole.subarray(0, Math.floor(whole.length * share))
const refused = [
  { name: 'that is empty', code: 'BACKUP_FOREIGN', make: () => Buffer.alloc(0) },
  { name: 'that is a text', code: 'BACKUP_FOREIGN', make: () => Buffer.from('hello, world\n'.repeat(99)) },
  { name: 'that is a gzip of a text', code: 'BACKUP_FOREIGN', make: () => gzipSync('hello'.repeat(999)) },
  {
    name: 'that is the package of an app',
    code: 'BACKUP_FOREIGN',
    make: () => Buffer.from(makePackage(files)),
  },
  { name: 'cut in its head', code: 'BACKUP_FOREIGN', make: () => cutAt(0.01)(readFileSync(good)) },
  { name: 'cut in the middle', code: 'BACKUP_DAMAGED', make: () => cutAt(0.8)(readFileSync(good)) },
  {
    name: 'cut before its last byte',
    code: 'BACKUP_DAMAGED',
    make: () => readFileSync(good).subarray(0, -1),
  },
  { name: 'cut before it was packed', code: 'BACKUP_DAMAGED', make: () => gzipSync(cutAt(0.6)(tar())) },
  { name: 'without its last member', code: 'BACKUP_DAMAGED', make: () => gzipSync(withoutLast(tar())) },
  {
    name: 'with a row changed',
    code: 'BACKUP_DAMAGED',
    make: () => changed('{"name":"MYUID"', '{"name":"YOUID"'),
  },
  { name: 'with a file changed', code: 'BACKUP_DAMAGED', make: () => changed('kept', 'lost') },
  {
    name: 'with a path that leads out',
    code: 'BACKUP_DAMAGED',
    make: () => changed('"endpoint-key"', '"../../../key"'),
  },
  {
    name: 'of a newer format',
    code: 'BACKUP_NEWER',
    make: () => changed('"formatVersion": 1', '"formatVersion": 2'),
  },
  {
    name: 'of newer tables',
    code: 'BACKUP_NEWER',
    make: () => changed(latestMigration, latestMigration.replace(/^0/, '9')),
  },
]

for (const { name, code, make } of refused) {
  test(`refuses a file ${name}, and changes nothing`, async () => {
    const file = join(scratch, 'refused.tar.gz')
    writeFileSync(file, make())
    const target = join(scratch, 'untouched')
    await assert.rejects(restore({ ...optionsFor({ data: target }), file }), { code })
    assert.equal(existsSync(target), false)
  })
}

test('refuses a file with any bit turned that means something', async () => {
  const whole = readFileSync(good)
  const file = join(scratch, 'turned.tar.gz')
  const seed = randomBytes(4).readUInt32LE()
  for (let turn = 0; turn < 60; turn++) {
    // Past the header of gzip: there stands a time, which means nothing.
    const at =
      10 + (createHash('sha256').update(`${seed} ${turn}`).digest().readUInt32LE() % (whole.length - 10))
    const turned = Buffer.from(whole)
    turned.writeUInt8(turned.readUInt8(at) ^ (1 << (turn % 8)), at)
    // Deflate has bits that mean nothing.
    if (unzips(turned, whole)) continue
    writeFileSync(file, turned)
    const target = join(scratch, 'untouched')
    await assert.rejects(
      restore({ ...optionsFor({ data: target }), file }),
      { name: 'CopyError' },
      `seed ${seed}, turn ${turn}`,
    )
    assert.equal(existsSync(target), false)
  }
})

test('restores into an empty folder only, or one where an earlier run was killed', async () => {
  const target = join(scratch, 'target')
  mkdirSync(join(target, 'restoring/ca'), { recursive: true })
  writeFileSync(join(target, 'node-id'), 'x')
  const run = () => restore({ ...optionsFor({ data: target }), file: good })
  const before = readdirSync(target)
  await assert.rejects(run(), { code: 'TARGET_NOT_EMPTY', message: /node-id/ })
  assert.deepEqual(readdirSync(target), before)

  const killed = join(scratch, 'killed')
  mkdirSync(join(killed, 'restoring'), { recursive: true })
  writeFileSync(join(killed, 'restoring/pillion.db'), 'half')
  writeFileSync(join(killed, 'admin-token'), 'of the backup')
  await assert.rejects(start({ data: killed }), { name: 'StoreMissingError' })
  await restore({ ...optionsFor({ data: killed }), file: good })
  await knowsEverything({ data: killed })
  await assert.rejects(restore({ ...optionsFor({ data: killed }), file: good }), { code: 'TARGET_NOT_EMPTY' })
})

test('refuses a PostgreSQL that is in use', async () => {
  const used = { data: join(scratch, 'used'), 'database.url': await postgres.createEmptyDatabase() }
  const server = await start(used)
  await server.close()
  await assert.rejects(restore({ ...optionsFor(used), file: good }), {
    code: 'TARGET_NOT_EMPTY',
    message: /shared_secret/,
  })
  await assert.rejects(migrateStore(optionsFor({ ...used, data })), { code: 'TARGET_NOT_EMPTY' })
})

test('restores the backup of an earlier version, and brings it up to date', async () => {
  const migration = '0004-mailbox'
  await using older = await SqliteTarget.create(join(scratch, 'older.db'), migration)
  const tables = await older.listTables()
  const shapes = tableShapes.flatMap(({ columns, ...shape }) => {
    const found = tables.find(({ name }) => name === shape.name)?.columns
    const kept = Object.entries(columns).filter(([name]) => found?.includes(name))
    return found === undefined ? [] : [{ ...shape, columns: Object.fromEntries(kept) }]
  })
  const identity: Row = {
    name: 'MYUID',
    role: 'partner',
    label: 'Old',
    password_hash: new Uint8Array(32),
    created_at: 1,
  }
  const contents = shapes.map((shape) => (shape.name === 'identity' ? encodeRow(shape, identity) : ''))
  const members = shapes.map((shape, at) => {
    const content = contents[at] ?? ''
    const sha256 = createHash('sha256').update(content).digest('hex')
    return {
      ...shape,
      rows: content === '' ? 0 : 1,
      bytes: Buffer.byteLength(content),
      sha256,
      lastNumber: 0,
    }
  })
  const manifest = {
    format: 'pillion-backup',
    formatVersion: 1,
    pillion: '0.0.9',
    migration,
    tables: members,
    files: [],
  }
  const file = join(scratch, 'older.tar.gz')
  const entries = shapes.map(({ name }, at) => ({
    path: `tables/${name}.ndjson`,
    content: contents[at] ?? '',
  }))
  writeFileSync(file, makeArchive([{ path: 'manifest.json', content: JSON.stringify(manifest) }, ...entries]))
  const target = join(scratch, 'from-older')
  await restore({ ...optionsFor({ data: target }), file })
  const server = await start({ data: target })
  assert.deepEqual(
    (await server.fleet.listPartners()).map(({ name }) => name),
    ['Old'],
  )
  await server.close()
})

test('docs/guides/backup.md explains every code', () => {
  const guide = readFileSync(new URL('../../../../docs/guides/backup.md', import.meta.url), 'utf8')
  for (const code of copyErrorCodes) assert.match(guide, new RegExp(`^\\| \`${code}\` \\|`, 'm'), code)
})

function configFor(flags: Record<string, unknown>) {
  return loadConfig({ env: {}, flags: { ...freePorts, ...flags } })
}

function optionsFor(flags: Record<string, unknown>): CopyOptions {
  return { config: configFor(flags), log }
}

function start(flags: Record<string, unknown>): Promise<RunningServer> {
  return startServer({ config: configFor(flags), log })
}

/** Partner, operator and app are as they were. */
async function knowsEverything(flags: { data: string }): Promise<void> {
  await signsIn(flags, async (server) => {
    const host = `demo.pillion.localhost:${portOf(server, 'http')}`
    for (const [path, text] of [
      ['', 'kept'],
      [`${guide}/${guide}.html`, 'long path'],
    ]) {
      const { body } = await ask(server, `/apps/demo/${path}`, { headers: { host } })
      assert.match(body.toString(), new RegExp(text ?? ''), path)
    }
  })
}

/** The partner with its old password and certificate, the operator with the old token. */
async function signsIn(
  flags: Record<string, unknown>,
  then?: (server: RunningServer) => Promise<void>,
): Promise<void> {
  const server = await start(flags)
  try {
    assert.equal(server.adminToken, token)
    const ca = readFileSync(join(server.config.data, 'ca/certificate.pem'))
    const pem = partner.certificatePem
    const client = await RawMqttClient.open({
      port: portOf(server, 'partners'),
      tls: { ca, cert: pem, key: pem },
    })
    const password = Buffer.from(partner.password)
    assert.equal((await client.connect({ username: 'MYUID', password })).reasonCode, 0)
    client.destroy()
    await then?.(server)
  } finally {
    await server.close()
  }
}

/** What the tables hold, but for what each database keeps for itself. */
async function sumAll(flags: { 'database.url': string }) {
  return readStore({ url: flags['database.url'], log }, async (source) => {
    const sums: Record<string, unknown> = {}
    for (const shape of tableShapes) sums[shape.name] = await sumTable(source, shape)
    return sums
  })
}

function otherHalf(vin: string): string {
  return vin[6] === 'A' ? vin.replace('CARA', 'CARB') : vin.replace('CARB', 'CARA')
}

/** The good backup with a text replaced by another of the same length. */
function changed(from: string, to: string): Buffer {
  const text = tar().toString('latin1')
  assert.ok(text.includes(from), from)
  return gzipSync(Buffer.from(text.replaceAll(from, to), 'latin1'))
}

function unzips(turned: Buffer, whole: Buffer): boolean {
  try {
    return gunzipSync(turned).equals(gunzipSync(whole))
  } catch {
    return false
  }
}

/** A member begins with its name, and its size stands behind it in octal digits. */
function withoutLast(whole: Buffer): Buffer {
  const start = whole.lastIndexOf('data/endpoint-key\0')
  assert.ok(start > 0)
  return Buffer.concat([whole.subarray(0, start), Buffer.alloc(1024)])
}
