import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { limits } from '@pillion/schema'
import { HeadUnit } from './support/head-unit.ts'
import { Recorder, recorderHtml } from './support/head-unit-app.ts'
import { HeadUnitStage } from './support/head-unit-stage.ts'

let stage: HeadUnitStage
before(async () => {
  stage = await HeadUnitStage.open()
  await stage.addApp('recorder', recorderHtml)
  await stage.addApp('silent', '<h1>Never ready</h1>')
})
after(() => stage?.close())

test('without a mouse: sign in, open an app, answer a popup, go home, go back', async () => {
  const [address = '', fragment] = (await stage.address()).split('#')
  const headUnit = await HeadUnit.open(stage.browser, address)
  const { keyboard } = headUnit.page
  await headUnit.page.getByLabel('VIN').waitFor()
  await keyboard.press('Tab')
  await keyboard.type(stage.vin)
  await keyboard.press('Tab')
  await keyboard.type(new URLSearchParams(fragment).get('password') ?? '')
  await keyboard.press('Enter')
  await headUnit.connected()

  await keyboard.press('ArrowRight')
  await keyboard.press('ArrowRight')
  await keyboard.press('ArrowLeft')
  await keyboard.press('Enter')
  const app = await headUnit.shownApp('Messages')

  await stage.pillion.json('send', stage.vin, '--app', 'demo-messages', '--popup', 'Keys only')
  await headUnit.popup.waitFor()
  await keyboard.press('Enter')
  await headUnit.popup.waitFor({ state: 'hidden' })
  await app.getByText('“Keys only”: you pressed OK').waitFor()

  await keyboard.press('h')
  await headUnit.tile('Messages').waitFor()
  await headUnit.iframe('Messages').waitFor({ state: 'hidden' })

  // The focus is back on its tile.
  await keyboard.press('Enter')
  await headUnit.shownApp('Messages')
  await keyboard.press('Escape')
  await headUnit.tile('Messages').waitFor()
  await headUnit.close()
})

test('the Return arrow of a popup answers to Escape, and nothing behind the popup can be reached', async () => {
  const headUnit = await stage.openHeadUnit()
  const recorder = new Recorder(await headUnit.openApp('recorder'))
  await stage.tester.popup(stage.vin, 'recorder', 'Modal')
  await headUnit.popup.waitFor()
  const { keyboard } = headUnit.page
  await keyboard.press('h')
  for (let presses = 0; presses < 4; presses++) {
    await keyboard.press('Tab')
    const inScreen = await headUnit.page.evaluate(
      "!!document.activeElement.closest('main') && !document.activeElement.closest('[role=dialog]')",
    )
    assert.equal(inScreen, false)
  }
  await keyboard.press('Escape')
  await headUnit.popup.waitFor({ state: 'hidden' })
  assert.match(String((await recorder.pending(1))[0]?.popupAction), /cancelBtn/)
  assert.equal(await headUnit.iframe('recorder').isVisible(), true)
  await headUnit.close()
})

// W 11.5
const screens = [
  { screenClass: 'SD', whole: [800, 480], app: [800, 363], at: [0, 55] },
  { screenClass: 'HD', whole: [1280, 768], app: [1280, 582], at: [0, 88] },
  { screenClass: 'WHD', whole: [1920, 720], app: [1280, 620], at: [320, 0] },
]
// A window that is too small shrinks the picture, never what the app measures.
const windows = [
  { width: 1440, height: 900 },
  { width: 1024, height: 600 },
]
for (const { width, height } of windows) {
  test(`apps measure exactly what the screen class says, in a window of ${width} × ${height} (W 11.5)`, async () => {
    const headUnit = await stage.openHeadUnit({ width, height })
    const app = await headUnit.openApp('recorder')
    const tools = headUnit.page.getByRole('button', { name: 'Developer tools' })
    if ((await tools.getAttribute('aria-expanded')) === 'false') await tools.click()
    for (const { screenClass, whole, app: size, at } of screens) {
      await headUnit.panel.getByRole('radio', { name: screenClass, exact: true }).check({ force: true })
      await app.waitForFunction((width) => window.innerWidth === width, size[0])
      assert.deepEqual(await app.evaluate(() => [window.innerWidth, window.innerHeight]), size)
      assert.deepEqual(await placeOfApp(headUnit), { whole, at }, screenClass)
    }
    await headUnit.close()
  })
}

test('an app that does not announce itself within 10 s is closed, with an error to be seen (W 4.2 row 4)', async () => {
  const headUnit = await stage.openHeadUnit({ clock: true })
  await headUnit.tile('silent').click()
  await headUnit.page.getByText('Starting silent').waitFor()
  await headUnit.page.clock.fastForward((limits.loadTimeoutSeconds - 5) * 1_000)
  assert.equal(await headUnit.alert.count(), 0)
  await headUnit.page.clock.fastForward(5_000)
  await headUnit.alert.getByText('silent did not start within 10 s.').waitFor()
  assert.equal(await headUnit.iframe('silent').count(), 0)
  await headUnit.alert.getByRole('button', { name: 'Close' }).click()
  await headUnit.alert.waitFor({ state: 'hidden' })
  // The wall goes on.
  await headUnit.openApp('recorder')
  await headUnit.close()
})

/** Size of the screen and the place of the app in it, in the screen's own pixels whatever it is scaled by. */
function placeOfApp(headUnit: HeadUnit): Promise<{ whole: number[]; at: number[] }> {
  return headUnit.page.evaluate(() => {
    const screen = document.querySelector<HTMLElement>('main [data-class]')
    const app = document.querySelector('iframe[title="recorder"]')
    if (!screen || !app) throw new Error('nothing on screen')
    const outer = screen.getBoundingClientRect()
    const inner = app.getBoundingClientRect()
    const scale = outer.width / screen.offsetWidth
    const at = [(inner.left - outer.left) / scale, (inner.top - outer.top) / scale]
    return { whole: [screen.offsetWidth, screen.offsetHeight], at: at.map(Math.round) }
  })
}
