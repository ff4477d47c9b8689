import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { after, before, test } from 'node:test'
import type { App, Subscriptions } from '@pillion/schema'
import { create } from 'tar'
import { type Running, startPillion } from '../apps/cli/src/run-pillion.ts'
import type { HeadUnit } from './support/head-unit.ts'
import { HeadUnitStage } from './support/head-unit-stage.ts'

let stage: HeadUnitStage
let headUnit: HeadUnit
let folder: string
let running: Running
before(async () => {
  stage = await HeadUnitStage.open()
  folder = join(stage.pillion.folder, 'workshop-1.0')
  await mkdir(join(folder, 'js'), { recursive: true })
  await writeFile(
    join(folder, 'index.html'),
    '<!doctype html><script src="js/app.js"></script><h1 id="said"></h1>',
  )
  await say('Hello')
  const args = ['app', 'dev', 'workshop-1.0', '--partner', 'tester', '--data', stage.pillion.data]
  running = startPillion(args, { cwd: stage.pillion.folder })
  await installed(1)
  headUnit = await stage.openHeadUnit()
})
after(async () => {
  running?.child.kill('SIGINT')
  await running?.finished
  await stage?.close()
})

/** ES5, as the app's own script. */
async function say(text: string, file = join(folder, 'js/app.js')): Promise<void> {
  await writeFile(
    file,
    `window.addEventListener('load', function () {
      document.getElementById('said').textContent = ${JSON.stringify(text)}
      window.parent.postMessage({ type: 'WebPortal.onApplicationLoaded' }, '*')
    })`,
  )
}

/** The app on screen, whichever of its frames that is by now. */
async function saying(text: string): Promise<void> {
  const app = headUnit.page.frameLocator('iframe[title="workshop"]')
  await app.getByText(text, { exact: true }).waitFor()
}

/** That many installations were printed. */
async function installed(count: number): Promise<void> {
  await running.printed('stdout', new RegExp(`(\\d\\d:\\d\\d:\\d\\d {2}installed workshop, [^]*){${count}}`))
}

test('a new app is added, named after its folder, subscribed to the only vehicle and on its wall (W 11.1)', async () => {
  const apps = await stage.pillion.admin<App[]>('/apps')
  assert.partialDeepStrictEqual(
    apps.find(({ idApp }) => idApp === 'workshop'),
    { uid: 'tester', version: '0.0.0' },
  )
  const { vins } = await stage.pillion.admin<Subscriptions>('/apps/workshop/subscriptions')
  assert.deepEqual(vins, [stage.vin])
  await headUnit.openApp('workshop')
  await saying('Hello')
})

test('the head unit reloads the open app when a file changes (W 4.2 row 11)', async () => {
  await say('Hello again')
  await installed(2)
  await saying('Hello again')
})

test('and when an editor puts a new file in the place of the old one, or adds a folder', async () => {
  const aside = join(stage.pillion.folder, 'aside.js')
  await say('In its place', aside)
  await rename(aside, join(folder, 'js/app.js'))
  await installed(3)
  await saying('In its place')
  await say('Once more')
  await installed(4)
  await mkdir(join(folder, 'css'))
  await installed(5)
  await writeFile(join(folder, 'css/style.css'), 'h1 { color: red }')
  await installed(6)
})

test('a change that cannot be installed is named, and the next one is installed', async () => {
  const page = join(folder, 'index.html')
  const html = await readFile(page)
  await rm(page)
  await running.printed('stderr', /not installed: .*index\.html/)
  await writeFile(page, html)
  await installed(7)
})

test('Ctrl-C ends it with 0', async () => {
  running.child.kill('SIGINT')
  assert.equal((await running.finished).exitCode, 0)
})

test('an archive is watched too, whatever its name, and an .md5 file beside it does not matter', async () => {
  const archive = join(stage.pillion.folder, 'workshop.tar.gz')
  const pack = () => create({ gzip: true, cwd: folder, file: archive }, ['.'])
  await say('Packed')
  await pack()
  await writeFile(`${archive}.md5`, `${createHash('md5').update('other').digest('hex')} other.tar.gz\n`)
  const args = ['app', 'dev', archive, '--app', 'workshop', '--data', stage.pillion.data, '--json']
  running = startPillion(args, { cwd: stage.pillion.folder })
  await running.printed('stdout', /^\{.*"idApp":"workshop".*\}\n/)
  await saying('Packed')
  await say('Packed anew')
  await pack()
  await running.printed('stdout', /^\{.*\}\n\{.*"idApp":"workshop".*\}\n/)
  await saying('Packed anew')
})

test('says what it needs to know when there are several partners or vehicles', async () => {
  const other = join(stage.pillion.folder, 'other')
  await cp(folder, other, { recursive: true })
  const nobody = await stage.pillion.cli('app', 'dev', basename(other))
  assert.equal(nobody.exitCode, 2)
  assert.match(nobody.stderr, /no app other yet; say which partner is to own it: --partner UID/)
  await stage.pillion.addVehicles('VF3VAN00000000001')
  const nowhere = await stage.pillion.cli('app', 'dev', basename(other), '--partner', 'tester')
  assert.equal(nowhere.exitCode, 2)
  assert.match(nowhere.stderr, /several vehicles; .*--vin VIN/)
  const apps = await stage.pillion.admin<App[]>('/apps')
  assert.ok(!apps.some(({ idApp }) => idApp === 'other'))
})
