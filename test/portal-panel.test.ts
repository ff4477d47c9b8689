import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { promisify } from 'node:util'
import type { App } from '@pillion/schema'
import type { HeadUnit } from './support/head-unit.ts'
import { Recorder, recorderHtml } from './support/head-unit-app.ts'
import { HeadUnitStage } from './support/head-unit-stage.ts'
import { poll } from './support/poll.ts'

let stage: HeadUnitStage
let headUnit: HeadUnit
before(async () => {
  stage = await HeadUnitStage.open()
  await stage.addApp('recorder', recorderHtml)
})
beforeEach(async () => {
  headUnit = await stage.openHeadUnit({ clock: true })
})
afterEach(() => headUnit.close())
after(() => stage?.close())

test('a signal that is changed on the panel is what the app is told (W 10)', async () => {
  const app = await headUnit.openApp('recorder')
  const signals = await headUnit.section('Signals')
  await signals.getByLabel('Energy: Fuel level').fill('25')
  await signals.getByLabel('Energy: Fuel type').selectOption('7 battery')
  await signals.getByLabel('Radio: Programme', { exact: true }).fill('NOVA')
  await signals.getByLabel('Radio: RDS').uncheck()
  await signals.getByLabel('Driving: Time').fill('2030-01-01T22:30:00')
  await signals.getByRole('switch', { name: 'Destination is known' }).check()
  await signals.getByLabel('Destination: Town').fill('Lyon')
  await app.waitForFunction('Navigation.GetDestination() && Navigation.Destination.Town === "Lyon"')
  const answers = await app.evaluate(
    '[Car.GetFuelLevel(), Car.GetFuelType(), Radio.PSName(), Radio.RDS(), Car.GetTime() && Car.Time.Hours()]',
  )
  assert.deepEqual(answers, [25, 7, 'NOVA', false, 23])
})

test('what a signal cannot be is refused with a sentence, and nothing changes', async () => {
  const app = await headUnit.openApp('recorder')
  const signals = await headUnit.section('Signals')
  const field = signals.getByLabel('Energy: Fuel level')
  await field.fill('250')
  await signals
    .getByRole('alert')
    .getByText(/must be a number from 0 to 100; it is 250/)
    .waitFor()
  assert.equal(await field.getAttribute('aria-invalid'), 'true')
  await field.blur()
  assert.equal(await field.inputValue(), '52')
  assert.equal(await app.evaluate('Car.GetFuelLevel()'), 52)
})

test('one button makes all signals what they were at first, also those that a scenario has taken away', async () => {
  const app = await headUnit.openApp('recorder')
  const signals = await headUnit.section('Signals')
  await signals.getByLabel('Energy: Fuel level').fill('25')
  await signals.getByRole('switch', { name: 'Position is known' }).uncheck()
  await app.waitForFunction('Car.GetFuelLevel() === 25 && !Navigation.GetCurrentPosition()')
  await signals.getByRole('button', { name: 'Reset all signals' }).click()
  await app.waitForFunction('Car.GetFuelLevel() === 52 && Navigation.GetCurrentPosition()')
})

test('a signal is found by what it is called', async () => {
  const signals = await headUnit.section('Signals')
  await signals.getByRole('searchbox').fill('media track')
  assert.deepEqual(
    await signals
      .locator('label')
      .allInnerTexts()
      .then((names) => names.map((name) => name.split('\n').at(-1))),
    ['Track', 'Track number', 'Tracks'],
  )
  await signals.getByRole('searchbox').fill('no such signal')
  await signals.getByText('No signal is called like that.').waitFor()
})

test('a slow network delays what comes and what goes (W 9.3)', async () => {
  const recorder = new Recorder(await headUnit.openApp('recorder'))
  await headUnit.choose('Delay', '5 s')
  await stage.tester.send(stage.vin, 'recorder', 'slow')
  const uplinks: unknown[] = []
  const end = new AbortController()
  const listening = collect(uplinks, end.signal)
  await recorder.post({ type: 'WebPortal.MQTT.publish', payload: 'up' })
  await headUnit.page.clock.runFor(4_000)
  assert.deepEqual([await recorder.seen(), uplinks], [[], []])
  await headUnit.page.clock.runFor(2_000)
  await recorder.received(1)
  await recorder.wait(1, 'WebPortal.MQTT.evt.messageDelivered')
  await poll(async () => uplinks.length, Boolean, 30_000)
  end.abort()
  await listening
  assert.deepEqual(uplinks, ['up'])
})

test('a package dropped on the panel is installed, once the token is known; the app starts anew (W 11.1, 4.2 row 11)', async () => {
  const archive = await makeArchive('recorder', '2.0.0', recorderHtml.replace('Recorder', 'Second edition'))
  await headUnit.openApp('recorder')
  await drop(archive, 'app_recorder-v2.0.0_20300101.tar.gz')
  const form = headUnit.panel.getByRole('form', { name: 'Install a package' })
  assert.equal(await form.getByLabel('App').inputValue(), 'recorder')
  await form.getByLabel('Token').fill('wrong')
  await form.getByRole('button', { name: 'Install' }).click()
  await form.getByText('The server refuses this token.').waitFor()
  const token = await readFile(join(stage.pillion.data, 'admin-token'), 'utf8')
  await form.getByLabel('Token').fill(token.trim())
  await form.getByRole('button', { name: 'Install' }).click()
  await form.getByText('recorder 2.0.0 is installed.').waitFor()
  await headUnit.page.frameLocator('iframe[title=recorder]').getByText('Second edition').waitFor()

  // The token is not asked for again in this tab.
  await form.getByRole('button', { name: 'Close' }).click()
  await drop(archive, 'app_recorder-v2.0.0_20300101.tar.gz')
  await form.waitFor()
  assert.equal(await form.getByLabel('Token').count(), 0)
})

test('a package of a new app is installed once its owner is chosen, and the app is on the wall (W 11.1, 4.2 row 1)', async () => {
  const token = await readFile(join(stage.pillion.data, 'admin-token'), 'utf8')
  await drop(await makeArchive('newcomer', '1.0.0', recorderHtml), 'app_newcomr-v1.0.0_20300101.tar.gz')
  const form = headUnit.panel.getByRole('form', { name: 'Install a package' })
  await form.getByLabel('Token').fill(token.trim())
  await form.getByRole('button', { name: 'Install' }).click()
  await form.getByText('There is no app newcomr yet.').waitFor()
  await form.getByLabel('Partner').selectOption('tester')
  await form.getByRole('button', { name: 'Install' }).click()
  // The package knows better, and the wrong one was not added.
  await form.getByText(/It holds web\/apps\/newcomer\//).waitFor()
  await form.getByLabel('App').fill('newcomer')
  await form.getByRole('button', { name: 'Install' }).click()
  await form.getByLabel('Partner').selectOption('tester')
  await form.getByRole('button', { name: 'Install' }).click()
  await form.getByText('newcomer 1.0.0 is installed.').waitFor()
  await headUnit.openApp('newcomer')
  const apps = await stage.pillion.admin<App[]>('/apps')
  assert.deepEqual(
    apps.filter(({ idApp }) => idApp.startsWith('newcom')).map(({ idApp, uid }) => [idApp, uid]),
    [['newcomer', 'tester']],
  )
})

test('a package that cannot be installed says why', async () => {
  const token = await readFile(join(stage.pillion.data, 'admin-token'), 'utf8')
  await drop(Buffer.from('no archive'), 'recorder.tar.gz')
  const form = headUnit.panel.getByRole('form', { name: 'Install a package' })
  await form.getByLabel('Token').fill(token.trim())
  await form.getByRole('button', { name: 'Install' }).click()
  await form.getByRole('alert').getByText(/\w{4}/).waitFor()
})

test('console, receipts and drops can be looked at by themselves in the log', async () => {
  const app = await headUnit.openApp('recorder')
  await app.evaluate("console.error('mind the gap')")
  await stage.tester.send(stage.vin, 'recorder', 'with receipt', { receipt: true })
  await stage.tester.send(stage.vin, 'unheard-of', 'nobody')
  await headUnit.logged('id_app_unknown')
  const kinds = async (show: string) => {
    await headUnit.log.getByLabel('Show').selectOption(show)
    const shown = async () => [...new Set(await headUnit.log.locator('.log-kind').allInnerTexts())]
    return poll(shown, ({ length }) => length === 1, 30_000)
  }
  assert.deepEqual(await kinds('Console and errors'), ['console.error'])
  await headUnit.log.getByText('mind the gap').waitFor()
  assert.deepEqual(await kinds('Receipts'), ['receipt'])
  await headUnit.log.getByText('Receipt: taken.').waitFor()
  assert.deepEqual(await kinds('Drops'), ['dropped'])
})

async function collect(uplinks: unknown[], signal: AbortSignal): Promise<void> {
  for await (const { content } of stage.tester.messages({ signal })) uplinks.push(content)
}

async function makeArchive(idApp: string, version: string, html: string): Promise<Buffer> {
  const root = join(stage.pillion.folder, `package-${version}`)
  const folder = join(root, 'web', 'apps', idApp)
  await mkdir(folder, { recursive: true })
  const manifest = { artifactId: idApp, version, buildDate: '2030-01-01 00:00' }
  await writeFile(join(folder, 'info.json'), JSON.stringify(manifest))
  await writeFile(join(folder, 'index.html'), `<!doctype html><meta charset="utf-8">${html}`)
  const path = `${root}.tar.gz`
  await promisify(execFile)('tar', ['-czf', path, '-C', root, 'web'])
  return readFile(path)
}

async function drop(archive: Buffer, name: string): Promise<void> {
  const transfer = await headUnit.page.evaluateHandle(
    ({ base64, name }) => {
      const transfer = new DataTransfer()
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
      transfer.items.add(new File([bytes], name))
      return transfer
    },
    { base64: archive.toString('base64'), name },
  )
  await headUnit.panel.dispatchEvent('drop', { dataTransfer: transfer })
}
