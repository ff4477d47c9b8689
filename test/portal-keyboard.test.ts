import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import type { Frame, Locator } from 'playwright-core'
import type { HeadUnit } from './support/head-unit.ts'
import { HeadUnitStage } from './support/head-unit-stage.ts'

/** An app with fields, which notes what is written into them and what messages it gets. */
const formHtml = `
  <label>City <input id="city" value="Old"></label>
  <input id="code" type="tel" maxlength="4" aria-label="Code">
  <input id="secret" type="password" aria-label="Secret">
  <textarea id="note" aria-label="Note">One</textarea>
  <script>
    var seen = []
    addEventListener('message', function (event) { seen.push(event.data.type) })
    document.addEventListener('input', function (event) { seen.push('input ' + event.target.value) })
    parent.postMessage({ type: 'WebPortal.onApplicationLoaded' }, '*')
  </script>`

let stage: HeadUnitStage
let headUnit: HeadUnit
let app: Frame
let keyboard: Locator
before(async () => {
  stage = await HeadUnitStage.open()
  await stage.addApp('form', formHtml)
})
beforeEach(async () => {
  headUnit = await stage.openHeadUnit()
  await headUnit.panel.getByRole('switch', { name: 'Keyboard' }).check()
  app = await headUnit.openApp('form')
})
afterEach(() => headUnit.close())
after(() => stage?.close())

test('a text field brings the keyboard over the whole screen, with what is in the field (W 6.7)', async () => {
  await focus('city', 'City')
  assert.equal(await keyboard.getByRole('textbox', { name: 'City' }).inputValue(), 'Old')
  const [whole, screen] = await Promise.all([
    keyboard.boundingBox(),
    headUnit.page.locator('.screen').boundingBox(),
  ])
  assert.deepEqual(whole, screen)
})

test('its keys write: letters, shift for one and for all, symbols, space, backspace, done (W 6.7)', async () => {
  await focus('city', 'City')
  await press('Backspace', 'Backspace', 'Backspace')
  await press('Shift', 'p', 'a', 'Space', 'Shift', 'Shift', 'x', 'y', 'Shift', 'z')
  await press('Digits and symbols', '4', '2', 'More symbols', 'é', 'Letters', '.')
  assert.equal(await keyboard.getByRole('textbox').inputValue(), 'Pa XYz42é.')
  await press('Done')
  await keyboard.waitFor({ state: 'hidden' })
  assert.equal(await app.inputValue('#city'), 'Pa XYz42é.')
  assert.deepEqual(await app.evaluate('seen'), ['input Pa XYz42é.'])
})

test('the keys of the machine write into it as well; Enter is done (W 6.7)', async () => {
  await focus('city', 'City')
  await headUnit.page.keyboard.type(' town, höher')
  await headUnit.page.keyboard.press('Home')
  await headUnit.page.keyboard.type('The ')
  await press('q')
  await headUnit.page.keyboard.press('Enter')
  await keyboard.waitFor({ state: 'hidden' })
  assert.equal(await app.inputValue('#city'), 'The qOld town, höher')
})

for (const way of ['Escape', 'the Return arrow']) {
  test(`${way} leaves the field as it was (W 6.7)`, async () => {
    await focus('city', 'City')
    await press('x')
    if (way === 'Escape') await headUnit.page.keyboard.press('Escape')
    else await keyboard.getByRole('button', { name: 'Return' }).click()
    await keyboard.waitFor({ state: 'hidden' })
    assert.equal(await app.inputValue('#city'), 'Old')
    assert.equal(await headUnit.iframe('form').isVisible(), true)
  })
}

test('while it is open the app gets nothing; then everything, in order (W 6.7)', async () => {
  await focus('city', 'City')
  for (const content of ['one', 'two']) await stage.tester.send(stage.vin, 'form', content)
  await headUnit.log.getByText('Applicative message').nth(1).waitFor()
  assert.deepEqual(await app.evaluate('seen'), [])
  await press('Done')
  await app.waitForFunction('seen.length === 4')
  const received = ['WebPortal.onCurrentNotificationReceived', 'WebPortal.MQTT.evt.messageReceived']
  assert.deepEqual(await app.evaluate('seen'), [...received, ...received])
})

test('a number has digits first, and no more of them than the field takes', async () => {
  await focus('code', 'Code')
  await press('1', '2', '3', '4', '5')
  await headUnit.page.keyboard.type('6')
  assert.equal(await keyboard.getByRole('textbox').inputValue(), '1234')
})

test('a password stays hidden until it is asked for', async () => {
  await focus('secret', 'Secret')
  const field = keyboard.locator('input')
  assert.equal(await field.getAttribute('type'), 'password')
  await keyboard.getByRole('button', { name: 'Show' }).click()
  assert.equal(await field.getAttribute('type'), 'text')
})

test('a text of several lines has a key for a new line', async () => {
  await focus('note', 'Note')
  await press('New line', 't', 'w', 'o')
  await headUnit.page.keyboard.press('Enter')
  await press('Done')
  await keyboard.waitFor({ state: 'hidden' })
  assert.equal(await app.inputValue('#note'), 'One\ntwo\n')
})

test('arrow keys go from key to key, Space presses one', async () => {
  await focus('city', 'City')
  await headUnit.page.keyboard.press('Tab')
  await keyboard.getByRole('button', { name: 'q', exact: true }).focus()
  for (const key of ['ArrowRight', 'ArrowDown', 'ArrowLeft']) await headUnit.page.keyboard.press(key)
  await headUnit.page.keyboard.press('Space')
  assert.equal(await keyboard.getByRole('textbox').inputValue(), 'Olda')
})

test('letters lie as the language of the vehicle has them', async () => {
  await headUnit.panel.getByLabel('Language').selectOption('fr-FR')
  await focus('city', 'City')
  assert.match((await keyboard.getByRole('group', { name: 'Keys' }).textContent()) ?? '', /^azerty/)
})

test('switched off on the panel, fields are for the keyboard of the machine', async () => {
  await headUnit.panel.getByRole('switch', { name: 'Keyboard' }).uncheck()
  await app.waitForFunction('true')
  await app.locator('#city').fill('By hand')
  assert.equal(await headUnit.page.getByRole('dialog').count(), 0)
  assert.equal(await app.inputValue('#city'), 'By hand')
})

/** The keyboard for this field, open. */
async function focus(id: string, label: string): Promise<void> {
  await app.locator(`#${id}`).focus()
  keyboard = headUnit.page.getByRole('dialog', { name: label })
  await keyboard.waitFor()
}

async function press(...names: string[]): Promise<void> {
  for (const name of names) await keyboard.getByRole('button', { name, exact: true }).click()
}
