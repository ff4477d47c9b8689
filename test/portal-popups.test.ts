import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { limits, type Payload, type PopupOutcome, popupActions } from '@pillion/schema'
import type { HeadUnit } from './support/head-unit.ts'
import { Recorder, recorderHtml } from './support/head-unit-app.ts'
import { HeadUnitStage } from './support/head-unit-stage.ts'

const displayMilliseconds = limits.popupDisplaySeconds * 1_000
const spacingMilliseconds = limits.popupSpacingSeconds * 1_000

let stage: HeadUnitStage
/** A fresh page for each test: no app runs, no popup was shown. */
let headUnit: HeadUnit
let count = 0
before(async () => {
  stage = await HeadUnitStage.open()
  await stage.addApp('recorder', recorderHtml)
})
beforeEach(async () => {
  headUnit = await stage.openHeadUnit({ clock: true })
})
afterEach(() => headUnit.close())
after(() => stage?.close())

test('a popup shows over the navigation; OK opens its app, which gets the answer (W 6.3, 7.1)', async () => {
  await headUnit.dock('Navigation').click()
  await headUnit.page.getByRole('region', { name: 'Navigation' }).waitFor()
  await stage.pillion.json(
    'send',
    stage.vin,
    '{"id":7}',
    '--app',
    'recorder',
    '--popup',
    'Zweite Zeile:\n早上好',
  )
  await headUnit.popup.getByText('Zweite Zeile:\n早上好').waitFor()
  await headUnit.popup.getByRole('button', { name: 'Return' }).waitFor()
  await headUnit.popup.getByRole('button', { name: 'Ok' }).click()
  const recorder = new Recorder(await headUnit.shownApp('recorder'))
  assert.deepEqual(await recorder.received(1), [
    {
      idApp: 'recorder',
      popup: true,
      popupBtn: true,
      popupText: 'Zweite Zeile:\n早上好',
      content: { id: 7 },
      popupAction: popupActions.ok,
    },
  ])
  assert.equal(await headUnit.popup.count(), 0)
})

test('an app that does not run: Return and time-out wait for it, OK starts it (W 6.3)', async () => {
  const answers = [await answer('cancel'), await answer('timeout')]
  const opened = await answer('ok')
  const recorder = new Recorder(await headUnit.shownApp('recorder'))
  assert.deepEqual(await recorder.received(1), [opened])
  assert.deepEqual(await recorder.pending(2), answers)
})

test('an app in foreground: OK and time-out are posted, Return is kept only (W 6.3)', async () => {
  const recorder = new Recorder(await headUnit.openApp('recorder'))
  const posted = [await answer('ok'), await answer('timeout')]
  const kept = [await answer('cancel')]
  assert.deepEqual(await recorder.received(2), posted)
  assert.deepEqual(await recorder.pending(1), kept)
  assert.equal((await recorder.received(2)).length, 2)
})

test('an app in background: OK shows it first, Return and time-out are kept (W 6.3)', async () => {
  const recorder = new Recorder(await headUnit.openApp('recorder'))
  await headUnit.dock('Media').click()
  await recorder.wait(1, 'WebPortal.onApplicationHide')
  const kept = [await answer('cancel'), await answer('timeout')]
  const posted = await answer('ok')
  await headUnit.iframe('recorder').waitFor({ state: 'visible' })
  assert.deepEqual(await recorder.received(1), [posted])
  const types = (await recorder.seen()).map(({ type }) => type)
  assert.deepEqual(types, [
    'WebPortal.onApplicationHide',
    'WebPortal.onApplicationShow',
    'WebPortal.onCurrentNotificationReceived',
    'WebPortal.MQTT.evt.messageReceived',
  ])
  assert.deepEqual(await recorder.pending(2), kept)
})

test('without its button a popup has the Return arrow only (W 3.2)', async () => {
  await stage.tester.popup(stage.vin, 'recorder', 'No choice', { button: false })
  await headUnit.popup.waitFor()
  assert.equal(await headUnit.popup.getByRole('button').count(), 1)
  await headUnit.popup.getByRole('button', { name: 'Return' }).click()
  await headUnit.popup.waitFor({ state: 'hidden' })
})

test('popups come in order, one every 20 s; the sixth is refused and its app told (W 7.1)', async () => {
  const recorder = new Recorder(await headUnit.openApp('recorder'))
  for (const text of ['1', '2', '3', '4', '5', '6']) await stage.tester.popup(stage.vin, 'recorder', text)
  await recorder.wait(1, 'WebPortal.OverflowPopup')
  const [refused] = await recorder.pending(1)
  assert.deepEqual([refused?.popupText, refused?.popupAction], ['6', popupActions.timeout])
  await headUnit.panel.getByText('1 on screen · 4 waiting · full', { exact: true }).waitFor()

  for (const text of ['1', '2', '3', '4', '5']) {
    await headUnit.popup.getByText(text, { exact: true }).waitFor()
    await headUnit.popup.getByRole('button', { name: 'Ok' }).click()
    await headUnit.popup.waitFor({ state: 'hidden' })
    await headUnit.page.clock.fastForward(spacingMilliseconds / 2)
    assert.equal(await headUnit.popup.count(), 0)
    await headUnit.page.clock.fastForward(spacingMilliseconds / 2)
  }
  assert.equal(await headUnit.popup.count(), 0)
  assert.deepEqual(
    (await recorder.received(5)).map(({ popupText }) => popupText),
    ['1', '2', '3', '4', '5'],
  )
})

/** Lets the pause since the last popup pass, sends one, lets it end so; gives what the app has to get. */
async function answer(outcome: PopupOutcome): Promise<Payload> {
  const text = `Question ${++count}`
  await headUnit.page.clock.fastForward(spacingMilliseconds)
  await stage.tester.popup(stage.vin, 'recorder', text, { content: { count } })
  await headUnit.popup.getByText(text, { exact: true }).waitFor()
  if (outcome === 'timeout') await headUnit.page.clock.fastForward(displayMilliseconds)
  else await headUnit.popup.getByRole('button', { name: outcome === 'ok' ? 'Ok' : 'Return' }).click()
  await headUnit.popup.waitFor({ state: 'hidden' })
  return {
    idApp: 'recorder',
    popup: true,
    popupBtn: true,
    popupText: text,
    content: { count },
    popupAction: popupActions[outcome],
  }
}
