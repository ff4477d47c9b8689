import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { Frame } from 'playwright-core'
import type { HeadUnit } from './support/head-unit.ts'
import { recorderHtml } from './support/head-unit-app.ts'
import { hostileHtml, looks, navigations, waysOut } from './support/head-unit-attempts.ts'
import { HeadUnitStage } from './support/head-unit-stage.ts'
import { Trap } from './support/head-unit-trap.ts'

/** Rows in which a document or a worker of the app's own making is refused; the browser tells only that one, not the app's page. */
const untold = ['frame-srcdoc', 'frame-blank', 'worker-blob', 'worker-data', 'shared-worker']

let stage: HeadUnitStage
let trap: Trap
let headUnit: HeadUnit
let hostile: Frame
before(async () => {
  stage = await HeadUnitStage.open()
  trap = await Trap.open()
  await stage.addApp('recorder', recorderHtml)
  await stage.addApp('hostile', hostileHtml(trap.port))
  headUnit = await stage.openHeadUnit()
  await headUnit.openApp('recorder')
  await headUnit.dock('Home').click()
  hostile = await headUnit.openApp('hostile')
})
after(async () => {
  await stage?.close()
  trap?.close()
})

test('each way out that an app tries is named in the log, with where it would have led (W 11.4)', async () => {
  for (const name of Object.keys(waysOut)) {
    if (untold.includes(name)) continue
    await attemptOpenly(name)
    // Of a frame or a plug-in the browser tells only the origin.
    await saidOf(new RegExp(`(Blocked|Did not load|Failed to).*127\\.0\\.0\\.1:${trap.port}(/${name})?`, 's'))
  }
})

test('each look beyond its frame that an app tries is named in the log (W 11.4)', async () => {
  for (const name of Object.keys(looks)) {
    await attemptOpenly(name)
    await saidOf(/Uncaught (SecurityError|TypeError: Cannot read properties of null)/)
  }
})

const elsewhere = ['blank-window', 'blank-link', 'top-location', 'top-link', 'top-window']
test('each window and page that an app tries to navigate is named in the log (W 11.4)', async () => {
  for (const name of elsewhere) {
    assert.ok(name in navigations)
    await attemptOpenly(name)
    await saidOf(new RegExp(`(Blocked by the sandbox|Uncaught SecurityError).*/${name}`, 's'))
  }
})

test('what an app wants to alert goes into the log as well', async () => {
  await clear()
  await hostile.evaluate("alert('Attention!')")
  await saidOf('alert: Attention!')
})

test('an app that leaves its own pages is closed, and both the screen and the log say so', async () => {
  for (const name of ['own-location', 'own-form']) {
    await attemptOpenly(name)
    await headUnit.alert.getByText('hostile went to a page that cannot be shown.').waitFor()
    await saidOf('app_frame_broke')
    await headUnit.iframe('hostile').waitFor({ state: 'detached' })
    await headUnit.alert.getByRole('button', { name: 'Close' }).click()
    hostile = await headUnit.openApp('hostile')
  }
  assert.deepEqual(trap.caught, [])
})

async function attemptOpenly(name: string): Promise<void> {
  await clear()
  await hostile.evaluate((name) => {
    const page = window as unknown as { attemptOpenly(name: string): void }
    page.attemptOpenly(name)
  }, name)
}

/** Once what still comes of the attempt before has come. */
async function clear(): Promise<void> {
  await wait(60)
  await headUnit.log.getByRole('button', { name: 'Clear' }).click()
}

function saidOf(text: string | RegExp): Promise<void> {
  return headUnit.log
    .getByRole('listitem')
    .filter({ hasText: 'hostile' })
    .filter({ hasText: text })
    .first()
    .waitFor()
}
