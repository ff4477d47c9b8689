import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { after, afterEach, beforeEach, test } from 'node:test'
import type { IdApp } from '@pillion/schema'
import pg from 'pg'
import { appID, hash, pushApp, thing, token } from '../../../push/src/ports/push-store.fixture.ts'
import type { OpenStore } from '../open-store.ts'
import { openPostgres } from './open-postgres.ts'
import { PostgresServer, silentLog } from './postgres.fixture.ts'
import { SwallowingProxy } from './swallowing-proxy.fixture.ts'

const awaySeconds = 2
const backSeconds = 5

// Long enough for a test to bring two into each other's way.
const server = await PostgresServer.start({ deadlock_timeout: '300ms' })
after(() => server[Symbol.asyncDispose]())

let url: string
let name: string
let store: OpenStore
beforeEach(async () => {
  url = await server.createDatabase()
  name = new URL(url).pathname.slice(1)
  store = await openPostgres({ url, log: silentLog })
})
afterEach(() => store.close())

/** A lookup, a transaction that checks first, one of the group commit, and `ping`. */
const calls: Record<string, (store: OpenStore) => Promise<unknown>> = {
  'a lookup': ({ fleet }) => fleet.identities.findIdentity('V'),
  'a list': ({ accounts }) => accounts.listAccounts(),
  'a new identity': ({ fleet }) => fleet.identities.addIdentities([identity(`V${count++}`)]),
  'a new app': ({ push }) =>
    push.apps.addApp(pushApp({ appID: `app-${count}`, clientID: `client-${count++}` })),
  'a new token': ({ push }) => push.tokens.addToken(token(count++), { tokensMax: 9 }),
  'a ping': ({ ping }) => ping(),
}
let count = 0

test('says that a stopped server is away, in time, and goes on when it is back', async (t) => {
  await store.ping()
  await server.stop()
  t.after(() => server.start().catch(() => {}))
  await assertAllAway(store)
  await assert.rejects(openPostgres({ url, log: silentLog }), { code: 'STORE_UNAVAILABLE' })
  await server.start()
  await assertBack(store)
})

test('says that a crashed server is away, and keeps what it has acknowledged', async () => {
  await store.fleet.identities.addIdentities([identity('kept')])
  await server.stop('SIGQUIT')
  await assertAllAway(store)
  await server.start()
  await assertBack(store)
  assert.equal((await store.fleet.identities.findIdentity('kept'))?.name, 'kept')
})

test('says so in time when a proxy swallows every packet, and is back with the first call after it', async () => {
  const proxy = await SwallowingProxy.open(server.port)
  const proxied = await openPostgres({
    url: url.replace(`:${server.port}/`, `:${proxy.port}/`),
    log: silentLog,
  })
  // Open connections whose other end is about to fall silent, as many as there may be.
  await Promise.all(Array.from({ length: 30 }, () => proxied.ping()))
  proxy.isSwallowing = true
  await assertAllAway(proxied, 5)
  await assertAllAway(proxied)
  proxy.isSwallowing = false
  await assertBack(proxied)
  proxy.isSwallowing = true
  await proxied.close()
  proxy.close()
})

test('knows that nothing was done, unless it was the end of a transaction that got no answer', async (t) => {
  const proxy = await SwallowingProxy.open(server.port)
  const proxied = await openPostgres({
    url: url.replace(`:${server.port}/`, `:${proxy.port}/`),
    log: silentLog,
  })
  t.after(() => {
    proxy.close()
    return proxied.close()
  })
  const write = (vin: string) => proxied.push.apps.addApp(pushApp({ appID: vin, clientID: vin }))
  proxy.isSwallowing = true
  await assert.rejects(write('never-began'), { code: 'STORE_UNAVAILABLE', mayBeDone: false })
  proxy.isSwallowing = false
  const slowly =
    'create function slowly() returns trigger language plpgsql as $$ begin perform pg_sleep(1); return new; end $$'
  const trigger =
    'create constraint trigger slow after insert on push_app initially deferred for each row execute function slowly()'
  await server.execute(`${slowly}; ${trigger}`, name)
  const writing = write('at-its-end')
  const sleeping = `select 1 from pg_stat_activity where datname = '${name}' and wait_event = 'PgSleep'`
  while ((await server.execute(sleeping)).length === 0);
  proxy.isSwallowing = true
  await assert.rejects(writing, { code: 'STORE_UNAVAILABLE', mayBeDone: true })
  assert.notEqual(await store.push.apps.findApp('at-its-end'), undefined)
})

test('says so in time when a statement takes too long, and to those who wait for its connection', async () => {
  const single = await openPostgres({ url, poolMax: 1, log: silentLog })
  const holder = await openClient()
  await holder.query('begin; lock table identity in access exclusive mode')
  await Promise.all([
    assertAway('waits for the lock', () => single.fleet.identities.findIdentity('V')),
    assertAway('waits for the connection', () => single.accounts.listAccounts()),
  ])
  await holder.query('rollback')
  await assertBack(single)
  await holder.end()
  await single.close()
})

test('reads what takes no changes, and says that writing is not possible', async () => {
  await setReadOnly('on')
  assert.equal(await store.fleet.identities.findIdentity('V'), undefined)
  for (const [what, call] of Object.entries(calls).filter(([what]) => what.startsWith('a new')))
    await assertAway(what, () => call(store))
  await setReadOnly('off')
  await assertBack(store)

  /** For sessions that begin afterwards; those that are open end. */
  async function setReadOnly(value: 'on' | 'off') {
    await server.execute(`alter database ${name} set default_transaction_read_only = ${value}`)
    await server.execute(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`)
    // Those who were using one are told.
    await store.ping().catch(() => {})
  }
})

test('does a statement again that had to give up in a deadlock', async (t) => {
  await store.push.apps.addApp(pushApp())
  for (const id of ['th.1', 'th.2']) await store.push.things.addThing(thing(id), { principalsMax: 9 })
  const holder = await openClient()
  t.after(() => holder.end())
  const hold = (id: string) => holder.query(`update push_thing set is_disabled = 0 where thing_id = '${id}'`)
  await holder.query("set deadlock_timeout = '10s'; begin")
  await hold('th.2')
  const changes = ['th.1', 'th.2'].map((thingID) => ({ thingID, isOnline: true, at: 1 }))
  const set = store.push.things.setOnline(changes, 'one')
  const waiting = `select 1 from pg_stat_activity where datname = '${name}' and wait_event_type = 'Lock'`
  while ((await server.execute(waiting)).length === 0);
  await hold('th.1')
  await holder.query('commit')
  await set
  const { online } = (await store.push.things.findThing(appID, { thingID: 'th.2' })) ?? {}
  assert.deepEqual(online, { isOnline: true, modifiedAt: 1 })
})

test('says that a full disk is full, keeps nothing of what it refused, and goes on when there is room', async (t) => {
  const folder = `${server.dataFolder}-small`
  mkdirSync(folder)
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=1777', 'tmpfs', folder])
  if (mounted.status !== 0) return t.skip('a small file system cannot be mounted here')
  t.after(() => spawnSync('umount', ['--lazy', folder]))
  const ballast = `${folder}/ballast`
  writeFileSync(ballast, Buffer.alloc(6_000_000))
  spawnSync('install', ['-d', '-o', 'postgres', `${folder}/space`])
  await server.execute(`create tablespace small location '${folder}/space'`)
  const full = (await server.createDatabase()).split('/').at(-1) as string
  await server.execute(`alter database ${full} set tablespace small`)
  const { packages, ping, close } = await openPostgres({ url: server.url(full), log: silentLog })
  const random = crypto.getRandomValues(new Uint8Array(65_536))
  const put = (installation: string) => {
    // Much, and such as cannot be compressed.
    const archive = Buffer.concat(
      Array.from({ length: 32 }, (_, index) => random.map((byte) => byte + index)),
    )
    const idApp = `app-${installation}` as IdApp
    return packages.put({ idApp, installation, version: '1', sha256: hash(0), createdAt: 1 }, archive)
  }
  let installed = 0
  const fill = async () => {
    for (; installed < 20; installed++) await put(`${installed}`)
  }
  await assert.rejects(fill, { code: 'STORE_UNAVAILABLE' })
  assert.equal(await packages.find(`app-${installed}` as IdApp), undefined)
  await assert.rejects(ping(), { code: 'STORE_UNAVAILABLE' })
  rmSync(ballast)
  await ping()
  await put(`${installed}-again`)
  await close()
  await server.execute(`drop database ${full} with (force)`)
  await server.execute('drop tablespace small')
})

/** As superuser, who may change every setting. */
async function openClient(): Promise<pg.Client> {
  const client = new pg.Client(url.replace('//pillion@', '//postgres@'))
  await client.connect()
  return client
}

function identity(name: string) {
  return { role: 'vehicle', name, label: '', createdAt: 0, passwordHash: new Uint8Array(32) } as const
}

/** All calls at once, so many times. */
async function assertAllAway(of: OpenStore, times = 1): Promise<void> {
  const all = Array.from({ length: times }, () => Object.entries(calls)).flat()
  await Promise.all(all.map(([what, call]) => assertAway(what, () => call(of))))
}

async function assertAway(what: string, call: () => Promise<unknown>): Promise<void> {
  const startedAt = performance.now()
  await assert.rejects(call, { code: 'STORE_UNAVAILABLE' }, what)
  const seconds = (performance.now() - startedAt) / 1_000
  assert.ok(seconds <= awaySeconds, `${what} took ${seconds} s`)
}

/** Every call succeeds, at once or soon. */
async function assertBack(of: OpenStore): Promise<void> {
  const endsAt = performance.now() + backSeconds * 1_000
  for (const [what, call] of Object.entries(calls)) {
    for (;;) {
      const error = await call(of).then(
        () => undefined,
        (cause: Error) => cause,
      )
      if (error === undefined) break
      assert.ok(performance.now() < endsAt, `${what}: ${error.cause}`)
    }
  }
}
