import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { IdApp, VehicleView } from '@pillion/schema'
import { openPostgres } from '@pillion/store'
import { pino } from 'pino'
import { natsIsMissing, startNats } from '../../../../packages/relay-nats/src/nats.fixture.ts'
import { PostgresServer } from '../../../../packages/store/src/postgres/postgres.fixture.ts'
import { openDataFolder } from '../data-folder.ts'
import { defaultLimits, loadConfig, type RunningServer, startServer } from '../index.ts'
import { appHost, ask, askAdmin, freePorts, makeFolder, portOf } from '../server.fixture.ts'
import { makePackage } from './archive.fixture.ts'
import { InstalledApps } from './installed-apps.ts'
import type { PackageStore } from './shared-packages.ts'

const log = pino({ level: 'silent' })
const demo = 'demo' as IdApp
const vin = 'VF7SHARED00000001'
const postgres = await PostgresServer.start()
const url = await postgres.createDatabase()
// Whoever tests shares the machine with others.
const store = await openPostgres({ url, statementMilliseconds: 20_000, connectMilliseconds: 20_000, log })
after(async () => {
  await store.close()
  await postgres[Symbol.asyncDispose]()
})

// In the store it takes two parts.
const media = randomBytes(800_000).toString('hex') + randomBytes(400_000).toString('base64')
const contents = (text: string, version = '1.0.0') => ({
  'web/apps/demo/index.html': text,
  'web/apps/demo/js/a.js': `// ${text}`,
  'web/apps/demo/icon-136x136.png': 'icon',
  'web/apps/demo/info.json': JSON.stringify({ version }),
  'web/media/demo/m.ogg': media,
})
const filesOf = (text: string) =>
  new Map(Object.entries(contents(text)).map(([path, content]) => [path, Buffer.from(content)]))

async function openNode(
  node: { path?: string; packages?: PackageStore; limits?: typeof defaultLimits } = {},
) {
  const { path = makeFolder(), packages = store.packages, limits = defaultLimits } = node
  const apps = new InstalledApps(await openDataFolder(path), limits, { packages, log })
  const read = async (file: string, part: 'app' | 'media' = 'app') =>
    readFileSync(join((await apps.folder(demo, part)) ?? '', file), 'utf8')
  return { apps, path, read }
}

test('two nodes on PostgreSQL and NATS', { skip: natsIsMissing }, async (t) => {
  const nats = await startNats()
  const shared = { 'database.url': await postgres.createDatabase(), 'relay.url': [nats.url] }
  const start = () =>
    startServer({
      config: loadConfig({ env: {}, flags: { data: makeFolder(), ...freePorts, ...shared } }),
      log,
    })
  const a = await start()
  const b = await start()
  const nodes = [a, b] as const
  t.after(async () => {
    for (const node of nodes) await node.close()
    await nats.stop()
  })
  await a.fleet.addPartner({ uid: 'ACME' })
  await a.fleet.addApp({ idApp: demo, uid: 'ACME' })
  const [vehicle] = await a.fleet.addVehicles([vin])
  await a.fleet.subscribeVehicles(demo, [vin])
  const get = (node: RunningServer, path: string) =>
    ask(node, path, { headers: { host: appHost(node, 'demo') } })
  const readText = async (node: RunningServer, path: string) =>
    (await get(node, `/apps/demo/${path}`)).body.toString()
  const upload = async (node: RunningServer, text: string, version?: string) => {
    const answer = await askAdmin(node, 'PUT', '/apps/demo/package', makePackage(contents(text, version)))
    assert.equal(answer.status, 200)
  }
  /** Icon and installation, as a head unit of that node has them. */
  const readWall = async (node: RunningServer) => {
    const authorization = `Basic ${Buffer.from(`${vin}:${vehicle?.password}`).toString('base64')}`
    const answer = await ask(node, '/portal/api/vehicle', { headers: { authorization } })
    const { apps } = JSON.parse(answer.body.toString()) as VehicleView
    const icon = apps[0]?.icon?.replace(String(portOf(node, 'http')), 'PORT')
    return { icon, installation: new URL(apps[0]?.url ?? 'none:').search }
  }
  const within = async (check: () => Promise<void>) => {
    const deadline = performance.now() + 1_000
    for (;;) {
      const failure = await check().catch((error: unknown) => error)
      if (failure === undefined) return
      if (performance.now() > deadline) throw failure
      await wait(20)
    }
  }

  await t.test('what is installed on one is served by the other within a second (W 11.1, 11.3)', async () => {
    assert.equal((await get(b, '/apps/demo/')).status, 404)
    await upload(a, 'first')
    await within(async () => assert.equal(await readText(b, 'js/a.js'), '// first'))
    for (const path of ['/apps/demo/icon-136x136.png', '/media/demo/m.ogg'])
      assert.deepEqual((await get(b, path)).body, (await get(a, path)).body, path)
    const wall = await readWall(b)
    assert.match(String(wall.icon), /icon-136x136\.png$/)
    assert.deepEqual(wall, await readWall(a))
  })

  await t.test('so is the same version again, many times over, as `app dev` does', async () => {
    const { installation } = await readWall(b)
    for (const text of ['second', 'third', 'fourth']) await upload(a, text)
    await within(async () => assert.equal(await readText(b, 'js/a.js'), '// fourth'))
    const wall = await readWall(b)
    assert.notEqual(wall.installation, installation)
    assert.deepEqual(wall, await readWall(a))
    assert.equal(readdirSync(join(b.config.data, 'apps/demo')).length, 2)
  })

  await t.test('of two installations at once, both serve and record the same one', async () => {
    await Promise.all(nodes.map((node, at) => upload(node, `node ${at}`, `2.0.${at}`)))
    await within(async () => {
      const texts = await Promise.all(nodes.map((node) => readText(node, 'js/a.js')))
      assert.equal(texts[0], texts[1])
      const version = `2.0.${texts[0]?.slice(-1)}`
      assert.equal((await a.fleet.findApp(demo))?.version, version)
    })
    assert.deepEqual(await readWall(a), await readWall(b))
  })

  await t.test('files that are damaged or gone on one come back from the store', async () => {
    await upload(a, 'whole')
    await within(async () => assert.equal(await readText(b, 'js/a.js'), '// whole'))
    const copy = async () => join(b.config.data, 'apps/demo', (await readWall(b)).installation.slice(14))
    const damages = [
      (folder: string) => writeFileSync(join(folder, 'app/js/a.js'), '// other'),
      (folder: string) => rmSync(join(folder, 'app/js/a.js')),
      (folder: string) => rmSync(join(folder, 'app'), { recursive: true }),
      (folder: string) => rmSync(join(folder, '../..'), { recursive: true }),
    ]
    for (const damage of damages) {
      // The clocks of file systems are no finer than some milliseconds.
      await wait(20)
      damage(await copy())
      assert.equal(await readText(b, 'js/a.js'), '// whole')
      assert.equal((await get(b, '/apps/demo/none.js')).status, 404)
    }
  })
})

test('a node that starts later fetches a package when it is asked for, once for all who ask', async () => {
  const first = await openNode()
  await first.apps.install(demo, filesOf('one'))
  let reads = 0
  const packages = {
    find: (idApp: IdApp) => store.packages.find(idApp),
    list: () => store.packages.list(),
    put: () => Promise.reject(new Error('not asked to')),
    putFirst: () => Promise.reject(new Error('not asked to')),
    remove: () => Promise.reject(new Error('not asked to')),
    read(installation: string) {
      reads++
      return store.packages.read(installation)
    },
  }
  const limits = { ...defaultLimits, packageArchiveBytesMax: 1, packageAppBytesMax: 1 }
  const later = await openNode({ packages, limits })
  const finding = Array.from({ length: 20 }, () => later.apps.find(demo))
  later.apps.changedElsewhere(demo)
  const found = await Promise.all(finding)
  assert.deepEqual(new Set(found), new Set([found[0]]))
  assert.deepEqual(found[0], await first.apps.find(demo))
  for (const [path, part] of [
    ['js/a.js', 'app'],
    ['m.ogg', 'media'],
  ] as const)
    assert.equal(await later.read(path, part), await first.read(path, part))
  const again = await openNode({ packages, path: later.path })
  assert.equal(await again.read('index.html'), 'one')
  assert.equal(reads, 1)
  assert.equal(await later.apps.find('other' as IdApp), undefined)
})

test('a copy that was damaged while the node was down is not served', async () => {
  const node = await openNode()
  const { installation } = await node.apps.install(demo, filesOf('good'))
  const folder = join(node.path, 'apps/demo')
  const damages = [
    () => writeFileSync(join(folder, installation, 'app/index.html'), ''),
    () => writeFileSync(join(folder, installation, 'app/new.js'), ''),
    () => writeFileSync(join(folder, 'installed.json'), '{'),
  ]
  for (const damage of damages) {
    damage()
    assert.equal(await (await openNode({ path: node.path })).read('index.html'), 'good')
    assert.deepEqual(readdirSync(folder).sort(), [installation, 'installed.json'].sort())
    assert.deepEqual(readdirSync(join(folder, installation, 'app')).includes('new.js'), false)
  }
})

test('an archive that is not what its sum says is no package, and what is here stays', async () => {
  const node = await openNode()
  await node.apps.install(demo, filesOf('kept'))
  const known = await store.packages.find(demo)
  assert.ok(known)
  await store.packages.put({ ...known, installation: 'damaged' }, makePackage(contents('other')))
  assert.equal(await (await openNode()).apps.find(demo), undefined)
  assert.equal(await (await openNode({ path: node.path })).read('index.html'), 'kept')
})

test('a node brings along what it had installed while it was alone, and takes what others had', async () => {
  await store.fleet.identities.addIdentities([
    { role: 'partner', name: 'ACME', label: '', createdAt: 0, passwordHash: new Uint8Array(32) },
  ])
  const path = makeFolder()
  const alone = new InstalledApps(await openDataFolder(path), defaultLimits)
  const ids = ['old', 'foreign', 'known', 'gone'] as IdApp[]
  for (const idApp of ids) {
    const app = { idApp, uid: 'ACME' as never, name: '', drivingMode: false, createdAt: 0 }
    await store.fleet.apps.addApp({ ...app, version: idApp === 'foreign' ? '9.9.9' : '0.0.0' })
    await alone.install(idApp, new Map([['index.html', Buffer.from('alone')]]))
  }
  const { installation } = (await alone.find('gone' as IdApp)) ?? {}
  rmSync(join(path, 'apps/gone', installation ?? ''), { recursive: true })
  const other = await openNode()
  await other.apps.install('known' as IdApp, new Map([['index.html', Buffer.from('other')]]))

  const node = await openNode({ path })
  const share = (apps: InstalledApps) => apps.share({ listApps: () => store.fleet.apps.listApps() })
  const copied = await openNode({ path: makeFolder() })
  cpSync(path, copied.path, { recursive: true })
  await Promise.all([share(node.apps), share(copied.apps)])
  const texts = async (apps: InstalledApps) => {
    const folders = await Promise.all(ids.map((idApp) => apps.folder(idApp, 'app')))
    return folders.map((folder) => folder && readFileSync(join(folder, 'index.html'), 'utf8'))
  }
  for (const apps of [node.apps, copied.apps, other.apps])
    assert.deepEqual(await texts(apps), ['alone', undefined, 'other', undefined])
})

test('without the database a node serves what it has, installs nothing, and goes on by itself', async () => {
  const quick = await openPostgres({ url, log })
  after(() => quick.close())
  const node = await openNode({ packages: quick.packages })
  await node.apps.install(demo, filesOf('here'))
  await node.apps.find(demo)
  const late = await openNode({ packages: quick.packages })
  await postgres.stop()
  node.apps.changedElsewhere(undefined)
  for (const _ of [1, 2]) assert.equal(await node.read('index.html'), 'here')
  await assert.rejects(late.apps.find(demo), { code: 'STORE_UNAVAILABLE' })
  await assert.rejects(node.apps.install(demo, filesOf('new')), { code: 'STORE_UNAVAILABLE' })
  assert.equal(await node.read('index.html'), 'here')
  assert.equal(readdirSync(join(node.path, 'apps/demo')).length, 2)
  await postgres.start()
  assert.equal(await late.read('index.html'), 'here')
  await late.apps.install(demo, filesOf('new'))
  node.apps.changedElsewhere(demo)
  const deadline = performance.now() + 5_000
  while ((await node.read('index.html')) !== 'new' && performance.now() < deadline) await wait(50)
  assert.equal(await node.read('index.html'), 'new')
})
