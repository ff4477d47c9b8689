import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, beforeEach, test } from 'node:test'
import type { StoredIdentity } from '@pillion/fleet'
import { openSqlite } from './open-sqlite.ts'

let folder: string
let file: string
let count = 0
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pillion-store-'))
})
beforeEach(() => {
  file = join(folder, `${count++}.db`)
})
after(() => rm(folder, { recursive: true }))

const identity: StoredIdentity = {
  role: 'partner',
  name: 'MYUID',
  label: 'My UID',
  createdAt: Date.UTC(2026, 0, 1),
  passwordHash: new Uint8Array(32),
}

test('keeps everything over closing and opening again', async () => {
  const first = await openSqlite({ file })
  await first.fleet.identities.addIdentities([identity])
  await first.close()
  const second = await openSqlite({ file })
  assert.equal((await second.fleet.identities.findIdentity('MYUID'))?.label, 'My UID')
  await second.close()
})

test('lets only the owner read the database and its journal, even if it was open to others before', async () => {
  for (const store of [await openSqlite({ file }), await openAgainAfterChmod()]) {
    await store.fleet.identities.findIdentity('MYUID')
    for (const path of [file, `${file}-wal`, `${file}-shm`]) {
      assert.equal((await stat(path)).mode & 0o777, 0o600, path)
    }
    await store.close()
  }

  async function openAgainAfterChmod() {
    await chmod(file, 0o644)
    return openSqlite({ file })
  }
})

test('serves two that opened the same file', async () => {
  const one = await openSqlite({ file })
  const two = await openSqlite({ file })
  await one.fleet.identities.addIdentities([identity])
  assert.deepEqual(
    { ...(await two.fleet.identities.addIdentities([identity])) },
    { name: 'MYUID', by: 'partner' },
  )
  await two.close()
  await one.close()
})

test('may be closed twice', async () => {
  const store = await openSqlite({ file })
  await store.close()
  await store.close()
  await assert.rejects(store.fleet.identities.findIdentity('MYUID'))
})

test('keeps the tables strict and foreign keys enforced', async () => {
  const store = await openSqlite({ file })
  await store.close()
  const database = new DatabaseSync(file)
  const tables = database
    .prepare("select name, strict from pragma_table_list where name not like 'sqlite%'")
    .all()
  const own = tables.filter(({ name }) => !String(name).startsWith('kysely'))
  assert.deepEqual(own.map(({ name, strict }) => [name, strict]).sort(), [
    ['account', 1],
    ['app', 1],
    ['app_package', 1],
    ['app_package_part', 1],
    ['app_subscription', 1],
    ['audit_entry', 1],
    ['certificate', 1],
    ['identity', 1],
    ['kept_answer', 1],
    ['ledger_level', 1],
    ['mailbox_message', 1],
    ['message_record', 1],
    ['message_step', 1],
    ['operator', 1],
    ['operator_link', 1],
    ['operator_recovery_code', 1],
    ['operator_session', 1],
    ['push_app', 1],
    ['push_group', 1],
    ['push_installation', 1],
    ['push_member', 1],
    ['push_object', 1],
    ['push_owner', 1],
    ['push_removed_target', 1],
    ['push_subscription', 1],
    ['push_target', 1],
    ['push_thing', 1],
    ['push_token', 1],
    ['push_user', 1],
    ['shared_secret', 1],
    ['unlisted_end', 1],
  ])
  assert.throws(
    () =>
      database.exec(
        "insert into app (id_app, uid, name, driving_mode, created_at) values ('a', 'nobody', 'a', 0, 0)",
      ),
    /FOREIGN KEY/,
  )
  database.close()
})

test('refuses a database written by a newer Pillion, and leaves it as it is', async () => {
  const store = await openSqlite({ file })
  await store.fleet.identities.addIdentities([identity])
  await store.close()
  const database = new DatabaseSync(file)
  database.exec("insert into kysely_migration values ('9999-later', '2999-01-01T00:00:00.000Z')")
  database.close()
  await assert.rejects(openSqlite({ file }), (error: Error) => {
    assert.match(error.message, /newer Pillion .*9999-later.*backup/)
    return error.name === 'StoreNewerError'
  })
})

test('says so when the folder is missing or the file is no database', async () => {
  await assert.rejects(openSqlite({ file: join(folder, 'missing', 'pillion.db') }), { code: 'ENOENT' })
  await assert.rejects(openSqlite({ file: import.meta.filename }), /not a database/)
})
