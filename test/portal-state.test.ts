import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { IssuedVehicle } from '@pillion/schema'
import { waitUntil } from '@pillion/testkit'
import { HeadUnit } from './support/head-unit.ts'
import { Recorder, recorderHtml } from './support/head-unit-app.ts'
import { HeadUnitStage } from './support/head-unit-stage.ts'

let stage: HeadUnitStage
let second: IssuedVehicle
before(async () => {
  stage = await HeadUnitStage.open()
  await stage.addApp('recorder', recorderHtml)
  ;[second] = (await stage.pillion.addVehicles('VF3SECOND00000001')) as [IssuedVehicle]
  await stage.pillion.json('app', 'subscribe', 'recorder', second.vin)
})
after(() => stage?.close())

test('a reload keeps the signals, the screen, the panel, and the app that was open', async () => {
  const headUnit = await stage.openHeadUnit()
  await headUnit.choose('Class', 'SD')
  await headUnit.choose('Privacy', 'Data')
  await headUnit.panel.getByLabel('Language').selectOption('de-DE')
  await headUnit.panel.getByLabel('Brand').selectOption('DS')
  await headUnit.choose('Theme', 'Violet, cashmere')
  const signals = await headUnit.section('Signals')
  await signals.getByLabel('Driving: Mileage').fill('4711')
  await headUnit.openApp('recorder')
  await headUnit.page.reload()

  const recorder = new Recorder(await headUnit.shownApp('recorder'))
  await headUnit.connected()
  const answers = await recorder.frame.evaluate(
    'Privacy.Mode() + WebPortal.getLanguage() + Device.GetCarBrand() + Device.GetHMITheme() + Car.GetMileage()',
  )
  assert.equal(answers, 'Geolocde-DE294711')
  assert.equal(await headUnit.page.locator('.screen').getAttribute('data-class'), 'SD')
  // The part of the panel is open as it was.
  await headUnit.panel.getByLabel('Driving: Mileage').waitFor()
  await headUnit.close()
})

for (const [place, open] of [
  ['Navigation', (headUnit: HeadUnit) => headUnit.dock('Navigation').click()],
  ['Media', (headUnit: HeadUnit) => headUnit.dock('Media').click()],
  ['Notification center', (headUnit: HeadUnit) => headUnit.centerTile.click()],
  ['Settings', (headUnit: HeadUnit) => headUnit.tile('Settings').click()],
] as const) {
  test(`after a reload the user is where he was: ${place}`, async () => {
    const headUnit = await stage.openHeadUnit()
    await open(headUnit)
    await headUnit.page.reload()
    await headUnit.page.getByRole('region', { name: place, exact: true }).waitFor()
    await headUnit.close()
  })
}

test('a panel that was closed stays closed', async () => {
  const headUnit = await stage.openHeadUnit()
  await headUnit.page.getByRole('button', { name: 'Developer tools' }).click()
  await headUnit.page.reload()
  await headUnit.connected()
  assert.equal(await headUnit.panel.count(), 0)
  await headUnit.close()
})

test('notifications outlast the page, and go with their app (W 7.4)', async () => {
  const headUnit = await stage.openHeadUnit()
  const recorder = new Recorder(await headUnit.openApp('recorder'))
  await recorder.post({
    type: 'WebPortal.notification.new',
    notification: { id: 'a', body: 'Kept', data: 7 },
  })
  await headUnit.popup.getByRole('button', { name: 'Return' }).click()
  await headUnit.page.reload()
  await headUnit.dock('Home').click()
  await headUnit.centerTile.click()
  await headUnit.center.getByText('Kept').waitFor()
  await headUnit.center.getByRole('button', { name: /^OPEN THE APP/ }).click()
  const again = new Recorder(await headUnit.shownApp('recorder'))
  assert.deepEqual(await again.wait(1, 'WebPortal.notification.evt.click'), [
    { type: 'WebPortal.notification.evt.click', notifId: 'a', data: 7 },
  ])
  await headUnit.close()
})

test('two vehicles in two tabs of one browser: each with its own state, told apart by their titles', async () => {
  const first = await stage.openHeadUnit()
  await first.panel.getByRole('slider', { name: 'Speed' }).fill('42')
  const page = await first.page.context().newPage()
  const credentials = new URLSearchParams({ vin: second.vin, password: second.password })
  await page.goto(`${new URL(first.page.url()).origin}/portal/#${credentials}`)
  const tab = HeadUnit.on(page)
  await tab.connected()
  await tab.openApp('recorder')
  assert.equal(await first.page.title(), `${stage.vin} · Apps · Pillion`)
  assert.equal(await page.title(), `${second.vin} · recorder · Pillion`)
  assert.equal(await tab.panel.getByRole('slider', { name: 'Speed' }).inputValue(), '0')

  await page.reload()
  await tab.connected()
  assert.equal(await page.title(), `${second.vin} · recorder · Pillion`)
  await first.page.reload()
  await first.connected()
  assert.equal(await first.panel.getByRole('slider', { name: 'Speed' }).inputValue(), '42')
  await first.close()
})

test('switched off, apps have two seconds; the screen is dark; switched on, the wall is there and the vehicle as it was (W 9.5)', async () => {
  const headUnit = await stage.openHeadUnit({ clock: true })
  await headUnit.panel.getByRole('slider', { name: 'Speed' }).fill('3')
  const recorder = new Recorder(await headUnit.openApp('recorder'))
  // Its own record goes with it, a tenth of a second later.
  const types: string[] = []
  await headUnit.page.exposeFunction('note', (type: string) => void types.push(type))
  await recorder.frame.evaluate(
    "System.addEventListener('OnShutDown', function () { note('OnShutDown') });" +
      'seen.push = function (message) { note(message.type); return Array.prototype.push.call(seen, message) }',
  )
  await headUnit.panel.getByRole('button', { name: 'Switch off in 2 s' }).click()
  await headUnit.page.getByText('See you soon').waitFor()
  await waitUntil('OnShutDown', () => types.includes('OnShutDown'))
  assert.equal(types[0], 'OnShutDown')
  await headUnit.page.clock.fastForward(1_950)
  await waitUntil('the unloading', () => types.includes('WebPortal.onApplicationUnloaded'))
  await headUnit.page.clock.fastForward(100)
  const switchOn = headUnit.page.getByRole('button', { name: 'Switch on' })
  await switchOn.waitFor()
  assert.equal(await headUnit.page.locator('iframe').count(), 0)
  await switchOn.click()
  await headUnit.connected()
  await headUnit.tile('recorder').waitFor()
  assert.equal(await headUnit.panel.getByRole('slider', { name: 'Speed' }).inputValue(), '3')
  await headUnit.close()
})
