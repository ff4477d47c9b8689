import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { limits } from '@pillion/schema'
import type { HeadUnit } from './support/head-unit.ts'
import { Recorder, recorderHtml } from './support/head-unit-app.ts'
import { HeadUnitStage } from './support/head-unit-stage.ts'

const spacingMilliseconds = limits.popupSpacingSeconds * 1_000
const day = /^\d\d\/\d\d\/\d{4}$/
const dayAndTime = /^\d\d\/\d\d\/\d{4} - \d\d:\d\d$/

let stage: HeadUnitStage
let headUnit: HeadUnit
let recorder: Recorder
before(async () => {
  stage = await HeadUnitStage.open()
  await stage.addApp('recorder', recorderHtml)
})
beforeEach(async () => {
  headUnit = await stage.openHeadUnit({ clock: true })
  recorder = new Recorder(await headUnit.openApp('recorder'))
})
afterEach(() => headUnit.close())
after(() => stage?.close())

test('a notification is a prompt first; whoever returns from it finds a badge on the wall (W 7.4)', async () => {
  await notify({ id: 'a', body: 'The parcel\nis here' })
  await headUnit.popup.getByText('The parcel\nis here').waitFor()
  for (const name of ['Ok', 'Return']) await headUnit.popup.getByRole('button', { name }).waitFor()
  await headUnit.popup.getByRole('button', { name: 'Return' }).click()
  await headUnit.dock('Home').click()
  assert.equal(await badge(), '1')
  await headUnit.centerTile.click()
  await section('NEW').getByText('The parcel is here').waitFor()
})

test('OK on the prompt opens the entry, and the app hears of it (W 7.4 step 2a)', async () => {
  await notify({ id: 'a', title: 'Parcel', body: 'Here' })
  await headUnit.popup.getByRole('button', { name: 'Ok' }).click()
  await headUnit.center.getByRole('heading', { name: 'Parcel' }).waitFor()
  const [show] = await recorder.wait(1, 'WebPortal.notification.evt.show')
  assert.deepEqual(show, { type: 'WebPortal.notification.evt.show', notifId: 'a' })
})

test('the list: NEW, then PAST, each with title, day and two lines of body; the page: all of it (W 7.4)', async () => {
  const body = 'A long text about a parcel. '.repeat(20)
  await open({ id: 'a', title: 'First', body: 'Short' }, { id: 'b', title: 'Second', body })
  await headUnit.center.getByRole('button', { name: /^First/ }).click()
  await headUnit.center.getByText('Back to notification center').click()
  const headings = await headUnit.center.getByRole('heading').allTextContents()
  assert.deepEqual(headings, ['NEW', 'PAST'])
  const row = section('NEW').getByRole('listitem')
  assert.match((await row.getByRole('time').textContent()) ?? '', day)
  const [lines, hidden] = await row.getByText('A long text').evaluate((text) => {
    const lineHeight = Number.parseFloat(getComputedStyle(text).lineHeight)
    return [text.clientHeight / lineHeight, text.scrollHeight > text.clientHeight]
  })
  assert.deepEqual([Math.round(lines), hidden], [2, true])
  await section('PAST').getByText('Short').waitFor()

  await row.getByRole('button', { name: /^Second/ }).click()
  const page = headUnit.center.getByRole('article', { name: 'Second' })
  assert.match((await page.getByRole('time').textContent()) ?? '', dayAndTime)
  await page.getByText(body.trim()).waitFor()
  for (const name of ['OPEN THE APP', 'Delete this notification'])
    await page.getByRole('button', { name, exact: true }).waitFor()
})

test('however long title and body are, the buttons of an entry stay in sight', async () => {
  await open({ id: 'a', title: 'A title without end. '.repeat(20), body: 'A body without end. '.repeat(20) })
  const button = await section('NEW')
    .getByRole('button', { name: /^DELETE/ })
    .boundingBox()
  const center = await headUnit.center.boundingBox()
  assert.ok(button && center && button.x + button.width < center.x + center.width)
})

test('an entry that was opened is not new: the badge counts down and goes (W 7.4 step 3)', async () => {
  await open({ id: 'a', title: 'First', body: '1' }, { id: 'b', title: 'Second', body: '2' })
  await headUnit.center.getByRole('button', { name: /^First/ }).click()
  await headUnit.dock('Home').click()
  assert.equal(await badge(), '1')
  await headUnit.centerTile.click()
  await headUnit.center.getByRole('button', { name: /^Second/ }).click()
  await headUnit.dock('Home').click()
  await headUnit.page.getByRole('button', { name: 'NC: notification center, 0 new' }).waitFor()
})

for (const from of ['list', 'page']) {
  test(`OPEN THE APP on the ${from} shows the app, tells it, and takes the entry away (W 7.4 step 3a)`, async () => {
    await open({ id: 'a', title: 'First', body: '1', data: { parcel: 7 } })
    if (from === 'page') await headUnit.center.getByRole('button', { name: /^First/ }).click()
    await recorder.forget()
    await headUnit.center.getByRole('button', { name: /^OPEN THE APP/ }).click()
    await headUnit.iframe('recorder').waitFor({ state: 'visible' })
    await recorder.wait(1, 'WebPortal.notification.evt.click')
    assert.deepEqual(await recorder.seen(), [
      { type: 'WebPortal.onApplicationShow' },
      { type: 'WebPortal.notification.evt.click', notifId: 'a', data: { parcel: 7 } },
    ])
    await headUnit.dock('Home').click()
    await headUnit.centerTile.click()
    await headUnit.center.getByText('No notifications').waitFor()
  })

  test(`deleting on the ${from} takes the entry away and tells the app (W 7.4 step 3b)`, async () => {
    await open({ id: 'a', title: 'First', body: '1' })
    if (from === 'page') {
      await headUnit.center.getByRole('button', { name: /^First/ }).click()
      await headUnit.center.getByRole('button', { name: 'Delete this notification' }).click()
    } else await headUnit.center.getByRole('button', { name: /^DELETE/ }).click()
    await headUnit.center.getByText('No notifications').waitFor()
    await recorder.wait(1, 'WebPortal.notification.evt.close')
  })
}

test('back arrow and HOME: from the page to the list to the wall, or there at once (W 7.4)', async () => {
  await open({ id: 'a', title: 'First', body: '1' })
  await headUnit.center.getByRole('button', { name: /^First/ }).click()
  await headUnit.dock('Back').click()
  await section('PAST').waitFor()
  await headUnit.dock('Back').click()
  await headUnit.tile('recorder').waitFor()
  await headUnit.centerTile.click()
  await headUnit.center.getByRole('button', { name: /^First/ }).click()
  await headUnit.dock('Home').click()
  await headUnit.tile('recorder').waitFor()
})

test('without a mouse: arrows from entry to entry, Enter opens, Escape leads back, and the focus with it', async () => {
  await open({ id: 'a', title: 'First', body: '1' }, { id: 'b', title: 'Second', body: '2' })
  const { keyboard } = headUnit.page
  assert.match(await focused(), /Second/)
  await keyboard.press('ArrowDown')
  assert.match(await focused(), /First/)
  await keyboard.press('ArrowUp')
  await keyboard.press('ArrowDown')
  await keyboard.press('Enter')
  await headUnit.center.getByRole('article', { name: 'First' }).waitFor()
  await keyboard.press('Escape')
  await section('PAST').waitFor()
  assert.match(await focused(), /First/)
  await keyboard.press('Escape')
  await headUnit.tile('recorder').waitFor()
  assert.match(await focused(), /NC$/)
})

test('who deletes an entry with the keyboard goes on at the one that took its place', async () => {
  await open({ id: 'a', title: 'First', body: '1' }, { id: 'b', title: 'Second', body: '2' })
  for (const key of ['Tab', 'Tab', 'Enter']) await headUnit.page.keyboard.press(key)
  await headUnit.center.getByRole('button', { name: /^Second/ }).waitFor({ state: 'detached' })
  assert.match(await focused(), /First/)
})

for (const screenClass of ['SD', 'HD', 'WHD']) {
  test(`on ${screenClass} everything of an entry is inside the area of apps (W 11.5)`, async () => {
    await open({ id: 'a', title: 'A title that is rather long for what it says', body: 'word '.repeat(500) })
    await headUnit.choose('Class', screenClass)
    assert.deepEqual(await outside(), [])
    await headUnit.center.getByRole('button', { name: /^A title/ }).click()
    assert.deepEqual(await outside(), [])
  })
}

/** What an app asks for, and as soon as it has been answered. */
async function notify(...notifications: object[]): Promise<void> {
  const before = (await recorder.seen()).filter(
    ({ type }) => type === 'WebPortal.notification.evt.created',
  ).length
  await recorder.post(
    ...notifications.map((notification) => ({ type: 'WebPortal.notification.new', notification })),
  )
  await recorder.wait(before + notifications.length, 'WebPortal.notification.evt.created')
}

/** The list, with these entries in it and no prompt over it. */
async function open(...notifications: object[]): Promise<void> {
  await notify(...notifications)
  for (const _ of notifications) {
    await headUnit.popup.getByRole('button', { name: 'Return' }).click()
    await headUnit.popup.waitFor({ state: 'hidden' })
    await headUnit.page.clock.fastForward(spacingMilliseconds)
  }
  await headUnit.dock('Home').click()
  await headUnit.centerTile.click()
  await headUnit.center
    .getByRole('button', { name: /^OPEN THE APP/ })
    .first()
    .waitFor()
}

function section(name: 'NEW' | 'PAST') {
  return headUnit.center.getByRole('region', { name, exact: true })
}

function badge(): Promise<string | null> {
  return headUnit.centerTile.locator('.tile-badge').textContent()
}

function focused(): Promise<string> {
  return headUnit.page.evaluate(() => document.activeElement?.textContent ?? '')
}

/** The buttons, times and headings that reach over the edge of the area. */
function outside(): Promise<string[]> {
  return headUnit.center.evaluate((center) => {
    const area = center.getBoundingClientRect()
    const parts = [...center.querySelectorAll('button, time, h2')]
    return parts
      .filter((part) => {
        const { left, right, top, bottom } = part.getBoundingClientRect()
        return (
          left < area.left - 1 || right > area.right + 1 || top < area.top - 1 || bottom > area.bottom + 1
        )
      })
      .map((part) => part.textContent ?? '')
  })
}
