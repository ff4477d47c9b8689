import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { openSqlite } from '@pillion/store'
import { AuditLog } from './audit-log.ts'
import { AuditRetention } from './audit-retention.ts'
import { describeRequest, findTarget } from './describe-request.ts'
import { FailedSignIns } from './failed-sign-ins.ts'

const folder = await mkdtemp(join(tmpdir(), 'pillion-audit-'))
const file = join(folder, 'pillion.db')
const store = await openSqlite({ file })
after(async () => {
  await store.close()
  await rm(folder, { recursive: true })
})
const clock = { now: Date.UTC(2026, 0, 1) }
const audit = new AuditLog({ store: store.audit, node: 'a', now: () => clock.now })

const faults: [name: string, sql: string, firstBroken: number][] = [
  ['who did it was changed', "update audit_entry set actor = 'operator:mia' where number = 3", 3],
  ['when was changed', 'update audit_entry set at = at + 1 where number = 1', 1],
  ['details were changed', "update audit_entry set details = '{}' where number = 4", 4],
  ['an entry was taken out', 'delete from audit_entry where number = 3', 4],
  ['the beginning was cut off', 'delete from audit_entry where number < 3', 3],
  [
    'two were exchanged',
    'update audit_entry set number = 99 where number = 2; update audit_entry set number = 2 where number = 3; update audit_entry set number = 3 where number = 99',
    2,
  ],
  ['a hash was made to fit', "update audit_entry set actor = 'x', hash = 'y' where number = 2", 2],
]
test('finds the first entry that was changed, taken out or put elsewhere', async () => {
  for (let n = 1; n <= 5; n++)
    await audit.write({ actor: 'operator:anna', address: '::1', action: 'app.add', details: { n } })
  const whole = await audit.check()
  assert.deepEqual([whole.isWhole, whole.entries], [true, 5])
  assert.match(whole.lastHash, /^[0-9a-f]{64}$/)
  using database = new DatabaseSync(file)
  database.exec('create table copy as select * from audit_entry')
  for (const [name, sql, firstBroken] of faults) {
    database.exec(sql)
    const { isWhole, firstBroken: found } = await audit.check()
    assert.deepEqual([isWhole, found], [false, firstBroken], name)
    database.exec('delete from audit_entry; insert into audit_entry select * from copy')
  }
  // Only who kept the last hash can tell.
  database.exec('delete from audit_entry where number = 5')
  const cut = await audit.check()
  assert.equal(cut.isWhole, true)
  assert.notEqual(cut.lastHash, whole.lastHash)
  database.exec('insert into audit_entry select * from copy where number = 5')
})

test('checks more entries than it reads at once', async () => {
  for (let n = 0; n < 600; n++) await audit.write({ actor: 'server', action: 'server.start' })
  assert.equal((await audit.check()).entries, 605)
})

test('what is older than its days is removed about once a day, and the rest can still be checked', async (t) => {
  const store = await openSqlite({ file: ':memory:' })
  t.after(() => store.close())
  const day = 86_400_000
  let now = Date.UTC(2026, 0, 1)
  const log = new AuditLog({ store: store.audit, node: 'a', now: () => now })
  let days = 0
  const told: object[] = []
  const retention = new AuditRetention({
    audit: log,
    days: () => days,
    log: { info: (fields: object) => void told.push(fields), warn: assert.fail },
  })
  for (let n = 0; n < 10; n++, now += day) await log.write({ actor: 'operator:anna', action: 'app.add' })
  await retention.look()
  assert.deepEqual([(await log.check()).entries, told], [10, []])
  days = 5
  await retention.look()
  await retention.look()
  assert.deepEqual(told, [{ entries: 5, retentionDays: 5 }])
  const { lastHash, ...check } = await log.check()
  assert.deepEqual(check, { isWhole: true, entries: 6, removed: 5 })
  const [removal] = await log.search({ count: 1 })
  assert.equal(removal?.hash, lastHash)
  assert.deepEqual(
    [removal?.actor, removal?.action, removal?.details.upTo],
    ['server', 'audit.remove-old', 5],
  )
  // A day later one more is old enough.
  now += day
  await retention.look()
  assert.deepEqual(told[1], { entries: 1, retentionDays: 5 })
  assert.deepEqual((await log.check()).removed, 6)

  // Whoever cuts off more than was removed is found out.
  await store.audit.removeOldest(
    { before: Date.UTC(2026, 0, 8), countMax: 10 },
    () => ({
      at: now,
      node: 'a',
      actor: 'server',
      address: undefined,
      target: undefined,
      action: 'server.start',
      details: '{}',
    }),
    () => 'x',
  )
  const { isWhole, firstBroken } = await log.check()
  assert.deepEqual([isWhole, firstBroken], [false, 8])
})

test('stays whole whatever people call things: no database keeps U+0000 or half a surrogate pair', async () => {
  for (const target of ['partner:\ud800', 'partner:a\0b', `partner:${'a'.repeat(199)}\ud83d…`]) {
    await audit.write({ actor: 'admin-token', action: 'partner.add', target, details: { name: target } })
    const [entry] = await audit.search({ count: 1 })
    assert.equal(entry?.target, target.toWellFormed().replace('\0', '\ufffd'))
    assert.equal(entry?.details.name, target)
  }
  assert.equal((await audit.check()).isWhole, true)
})

test('keeps 30 failed sign-ins a minute, and says how many it passed over', async () => {
  const log = { error: assert.fail }
  const failed = new FailedSignIns({ audit, log, now: () => clock.now })
  const note = () => failed.note({ action: 'session.refuse', address: '::1' })
  const list = () => audit.search({ count: 100, action: 'session.refuse' })
  for (let n = 0; n < 37; n++) await note()
  assert.equal((await list()).length, 30)
  clock.now += 60_000
  await note()
  await note()
  const [last, first] = await list()
  assert.deepEqual([first?.details, last?.details], [{ passedOver: 7 }, {}])
})

test('refuses whoever failed also when that cannot be kept', async () => {
  const errors: unknown[] = []
  const log = { error: (details: unknown) => void errors.push(details) }
  using database = new DatabaseSync(file)
  database.exec("create trigger full before insert on audit_entry begin select raise(abort, 'no room'); end")
  await new FailedSignIns({ audit, log }).note({ action: 'session.refuse', address: '::1' })
  database.exec('drop trigger full')
  assert.equal(errors.length, 1)
})

const targets: [action: string, params: object, body: unknown, target: string | undefined][] = [
  ['partner.rotate', { uid: 'ACME' }, {}, 'partner:ACME'],
  ['partner.add', {}, { uid: 'ACME', name: 'Acme' }, 'partner:ACME'],
  ['app.add', {}, { idApp: 'demo', uid: 'ACME', name: 'Demo' }, 'app:demo'],
  ['vehicle.add', {}, { vins: ['A'] }, 'vehicle:A'],
  ['vehicle.add', {}, { vins: ['A', 'B', 'C'] }, 'vehicle:A and 2 more'],
  ['vehicle.add', {}, { vins: [] }, undefined],
  ['message.send', {}, { vin: 'VF7', idApp: 'demo' }, 'vehicle:VF7'],
  ['app.subscribe', { idApp: 'demo' }, { vins: ['VF7'] }, 'app:demo'],
  ['push.send', { appID: 'news' }, { to: 'user:mia' }, 'push-app:news'],
  ['account.remove', { name: 'Gateway' }, undefined, 'account:Gateway'],
  ['operator.add', {}, { name: ' Anna' }, 'operator:anna'],
  ['connection.kick', { id: 'n1-5' }, undefined, 'connection:n1-5'],
  ['session.end', {}, undefined, undefined],
  ['account.add', {}, { name: 'x'.repeat(300) }, `account:${'x'.repeat(200)}…`],
]
for (const [action, params, body, target] of targets)
  test(`${action} ${JSON.stringify([params, body]).slice(0, 60)} is done to ${target?.slice(0, 30)}`, () => {
    assert.equal(findTarget(action, params, body), target)
  })

test('describes what was asked without secrets, without messages, and in a few words', () => {
  const vins = Array.from({ length: 12 }, (_, n) => `V${n}`)
  const body = {
    name: 'anna',
    password: 'p',
    newPassword: 'p',
    clientSecret: 's',
    appKey: 'k',
    link: 'l',
    content: { text: 'private' },
    popup: 'private',
    isDisabled: false,
    certificates: true,
    vins,
    partners: { ACME: 'off', B: null },
    deep: { a: { b: { c: 1 } } },
    long: 'x'.repeat(300),
  }
  const described = describeRequest({ strict: 'true' }, body)
  assert.deepEqual(described, {
    strict: 'true',
    name: 'anna',
    password: '…',
    newPassword: '…',
    clientSecret: '…',
    appKey: '…',
    link: '…',
    content: '…',
    popup: '…',
    isDisabled: false,
    certificates: true,
    vins: [...vins.slice(0, 10), '… 12 in all'],
    partners: { ACME: 'off', B: null },
    deep: { a: { b: '…' } },
    long: `${'x'.repeat(200)}…`,
  })
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`f${n}`, 'x'.repeat(200)]))
  assert.deepEqual(describeRequest({}, many), { fields: Object.keys(many).slice(0, 10) })
  assert.deepEqual(describeRequest(undefined, Buffer.from('archive')), {})
})
