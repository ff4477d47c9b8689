import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { appLabel, CertificateAuthority, Fleet } from '@pillion/fleet'
import type { IdApp } from '@pillion/schema'
import { openSqlite } from '@pillion/store'
import { openDataFolder } from '../data-folder.ts'
import { defaultLimits } from '../limits.ts'
import { InstalledApps } from './installed-apps.ts'
import { LabelClashes } from './label-clashes.ts'

const scratch = mkdtempSync(join(tmpdir(), 'pillion-apps-'))
after(() => rmSync(scratch, { recursive: true }))

const demo = 'demo' as IdApp

async function open(path = mkdtempSync(join(scratch, 'data-'))) {
  return { path, apps: new InstalledApps(await openDataFolder(path), defaultLimits) }
}

function filesOf(entries: Record<string, string | Uint8Array>): Map<string, Uint8Array> {
  return new Map(Object.entries(entries).map(([path, content]) => [path, Buffer.from(content)]))
}

async function textOf(apps: InstalledApps, path: string, part: 'app' | 'media' = 'app'): Promise<string> {
  return readFileSync(join((await apps.folder(demo, part)) ?? '', path), 'utf8')
}

const layouts = [
  {
    name: 'the documented layout',
    files: { 'web/apps/demo/index.html': 'x', 'web/apps/demo/js/a.js': 'a', 'web/media/demo/m.ogg': 'm' },
  },
  {
    name: 'the documented layout in one folder',
    files: {
      'p/web/apps/demo/index.html': 'x',
      'p/web/apps/demo/js/a.js': 'a',
      'p/web/media/demo/m.ogg': 'm',
    },
  },
  { name: 'no folder', files: { 'index.html': 'x', 'js/a.js': 'a' } },
  { name: 'one top-level folder', files: { 'demo-1.0/index.html': 'x', 'demo-1.0/js/a.js': 'a' } },
]

for (const { name, files } of layouts) {
  test(`installs a package with ${name} (W 11.1)`, async () => {
    const { apps } = await open()
    await apps.install(demo, filesOf(files))
    assert.equal(await textOf(apps, 'index.html'), 'x')
    assert.equal(await textOf(apps, 'js/a.js'), 'a')
    if (name.startsWith('the documented')) assert.equal(await textOf(apps, 'm.ogg', 'media'), 'm')
  })
}

const refusals = [
  { name: 'without index.html', files: { 'main.html': 'x' }, code: 'PACKAGE_START_PAGE_MISSING' },
  {
    name: 'of another app by its folder',
    files: { 'web/apps/other/index.html': 'x' },
    code: 'PACKAGE_ID_MISMATCH',
  },
  {
    name: 'of another app by its artifactId',
    files: { 'index.html': 'x', 'info.json': '{"artifactId":"other"}' },
    code: 'PACKAGE_ID_MISMATCH',
  },
  {
    name: 'whose info.json cannot be read',
    files: { 'index.html': 'x', 'info.json': '{' },
    code: 'PACKAGE_INFO_MALFORMED',
  },
  {
    name: 'whose info.json is no object',
    files: { 'index.html': 'x', 'info.json': '[]' },
    code: 'PACKAGE_INFO_MALFORMED',
  },
  {
    name: 'one byte beyond 20 MB',
    files: { 'index.html': 'x', a: Buffer.alloc(defaultLimits.packageAppBytesMax) },
    code: 'PACKAGE_TOO_LARGE',
  },
  {
    name: 'with more than 20 MB beside its folder and its media',
    files: { 'web/apps/demo/index.html': 'x', 'web/other/a': Buffer.alloc(defaultLimits.packageAppBytesMax) },
    code: 'PACKAGE_TOO_LARGE',
  },
]

for (const { name, files, code } of refusals) {
  test(`refuses a package ${name}, and the installed version stays (W 11.1)`, async () => {
    const { apps } = await open()
    await apps.install(demo, filesOf({ 'index.html': 'old' }))
    await assert.rejects(apps.install(demo, filesOf(files)), { code })
    assert.equal(await textOf(apps, 'index.html'), 'old')
  })
}

test('takes 20 MB, and media on top (W 11.1)', async () => {
  const { apps } = await open()
  const app = Buffer.alloc(defaultLimits.packageAppBytesMax - 1)
  await apps.install(
    demo,
    filesOf({ 'web/apps/demo/index.html': 'x', 'web/apps/demo/a': app, 'web/media/demo/m': 'm' }),
  )
  assert.equal(await textOf(apps, 'm', 'media'), 'm')
})

test('replaces a version whole, keeps nothing of it, and is found again after a restart', async () => {
  const { path, apps } = await open()
  const first = await apps.install(demo, filesOf({ 'index.html': '1', 'old.js': 'x' }))
  const second = await apps.install(demo, filesOf({ 'index.html': '2' }))
  assert.notEqual(first.installation, second.installation)
  assert.deepEqual(
    readdirSync(join(path, 'apps/demo')).sort(),
    [second.installation, 'installed.json'].sort(),
  )
  assert.deepEqual(await (await open(path)).apps.find(demo), second)
})

test('apps whose ids differ only in case stay apart on any file system', async () => {
  const { apps } = await open()
  await apps.install(demo, filesOf({ 'index.html': 'small' }))
  await apps.install('DEMO' as IdApp, filesOf({ 'index.html': 'large' }))
  assert.equal(await textOf(apps, 'index.html'), 'small')
  const folders = await Promise.all([demo, 'DEMO' as IdApp].map((id) => apps.folder(id, 'app')))
  assert.notEqual(folders[0]?.toLowerCase(), folders[1]?.toLowerCase())
})

const infos = [
  { name: 'plain', text: '{"artifactId":"demo","version":"1.2.3"}' },
  {
    name: 'with comments and trailing commas',
    text: '\uFEFF// app\n{"artifactId": "demo", /* the\nversion */ "version": "1.2.3",}',
  },
  {
    name: 'with what looks like them in texts',
    text: '{"description":"// /* ,} \\" ,]","version":"1.2.3",}',
  },
]

for (const { name, text } of infos) {
  test(`reads the version of info.json ${name} (W 11.2)`, async () => {
    const { apps } = await open()
    assert.equal(
      (await apps.install(demo, filesOf({ 'index.html': '', 'info.json': text }))).version,
      '1.2.3',
    )
  })
}

const names: [what: string, name: unknown, expected: string | undefined][] = [
  ['a name', 'Müsli & Co', 'Müsli & Co'],
  ['a name on two lines', ' Two\nlines ', 'Two lines'],
  ['a name of 101 characters', '🚗'.repeat(101), '🚗'.repeat(100)],
  ['no name', undefined, undefined],
  ['an empty name', ' ', undefined],
  ['a name that is no text', { en: 'x' }, undefined],
]

for (const [what, name, expected] of names) {
  test(`reads ${what} from info.json (W 11.2)`, async () => {
    const { apps } = await open()
    const info = JSON.stringify({ version: '1.0.0', name })
    const installed = await apps.install(demo, filesOf({ 'index.html': '', 'info.json': info }))
    assert.equal(installed.name, expected)
  })
}

const icons = [
  {
    name: 'the entry for every brand',
    info: { icons: { AP: { 136: 'p.png' }, '*': { 136: 'i/all.png' } } },
    files: ['p.png', 'i/all.png'],
    icon: 'i/all.png',
  },
  { name: 'a brand’s entry', info: { icons: { AC: { 100: './c.png' } } }, files: ['c.png'], icon: 'c.png' },
  {
    name: 'the large one of two sizes',
    info: { icons: { '*': { 100: 's.png', 136: 'l.png' } } },
    files: ['s.png', 'l.png'],
    icon: 'l.png',
  },
  {
    name: 'a file, when the entry leads nowhere',
    info: { icons: { '*': { 136: '../../x' } } },
    files: ['icon-100x100.png'],
    icon: 'icon-100x100.png',
  },
  {
    name: 'a brand’s file before the plain one',
    info: {},
    files: ['icons/icon-AP-136x136.png', 'icons/icon-136x136.png'],
    icon: 'icons/icon-AP-136x136.png',
  },
  {
    name: 'icons/ before icon/',
    info: {},
    files: ['icon/icon-136x136.png', 'icons/icon-100x100.png'],
    icon: 'icons/icon-100x100.png',
  },
  { name: 'the root, as the demo has it', info: {}, files: ['icon-136x136.png'], icon: 'icon-136x136.png' },
  { name: 'nothing', info: {}, files: ['logo.png'], icon: undefined },
]

for (const { name, info, files, icon } of icons) {
  test(`finds as icon ${name} (W 11.2)`, async () => {
    const { apps } = await open()
    const content = {
      'index.html': '',
      'info.json': JSON.stringify(info),
      ...Object.fromEntries(files.map((path) => [path, 'x'])),
    }
    assert.equal((await apps.install(demo, filesOf(content))).icon, icon)
  })
}

test('apps that share a label since an earlier version are named in the log, once, with what to do (W 11.3)', async () => {
  const store = await openSqlite({ file: ':memory:' })
  const fleet = new Fleet({ store: store.fleet, ...(await CertificateAuthority.create()) })
  const told: string[] = []
  const log = { warn: (_: object, text: string) => told.push(text), error: assert.fail }
  const open = async () => {
    const clashes = new LabelClashes({ fleet, log: log as never })
    await clashes.open()
    return clashes
  }
  await fleet.addPartner({ uid: 'EARLY' })
  const later = await fleet.addApp({ idApp: 'My.App', uid: 'EARLY' })
  await fleet.addApp({ idApp: 'other', uid: 'EARLY' })
  assert.deepEqual([(await open()).warnings(), told], [[], []])
  const label = appLabel(later.idApp) as IdApp
  await store.fleet.apps.addApp({ ...later, idApp: label, createdAt: later.createdAt - 1 })
  const clashes = await open()
  assert.equal(told.length, 1)
  assert.match(told[0] ?? '', /^Apps my-app-feaec906 and My\.App share .* Remove My\.App, which came later/)
  assert.deepEqual(clashes.warnings(), [{ code: 'APPS_SHARE_LABEL', text: told[0] }])
  await store.close()
})
