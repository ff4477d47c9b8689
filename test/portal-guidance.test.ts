import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import type { Frame } from 'playwright-core'
import type { HeadUnit } from './support/head-unit.ts'
import { HeadUnitStage } from './support/head-unit-stage.ts'
import { poll } from './support/poll.ts'

/** An app that starts guidance and notes what comes of it. */
const guideHtml = `<h1>Guide</h1><script>
  var heard = []
  ;['RouteCalculationSuccessful', 'RouteCalculationFailed', 'RouteCalculationCancelled', 'WebDestinationReached'].forEach(
    function (name) { Navigation.addEventListener(name, function () { heard.push(name) }) }
  )
  parent.postMessage({ type: 'WebPortal.onApplicationLoaded' }, '*')
</script>`

let stage: HeadUnitStage
let headUnit: HeadUnit
let app: Frame
before(async () => {
  stage = await HeadUnitStage.open()
  await stage.addApp('guide', guideHtml)
})
beforeEach(async () => {
  headUnit = await stage.openHeadUnit({ clock: true })
  app = await headUnit.openApp('guide')
})
afterEach(() => headUnit.close())
after(() => stage?.close())

test('guidance is calculated, then shown: route, manoeuvre, arrival, destination (W 8)', async () => {
  await headUnit.stopClock()
  assert.equal(await guideTo('Old harbour'), true)
  await headUnit.dock('Navigation').click()
  await headUnit.navigation.getByText('Calculating the route…').waitFor()
  await headUnit.page.clock.resume()
  await calculated()
  await headUnit.navigation.getByText('Old harbour').waitFor()
  await headUnit.navigation.getByText(/^\d+ m$/).waitFor()
  await headUnit.navigation.getByText(/^\d\d:\d\d$/).waitFor()
  await headUnit.navigation.getByText(/^\d+\.\d km$/).waitFor()
  assert.notEqual(await route(), '')
})

test('the map is there without guidance, and says so when the vehicle has no position', async () => {
  await headUnit.dock('Navigation').click()
  await headUnit.navigation.getByText('Place de l’Hôtel de Ville, Paris').waitFor()
  assert.equal(await route(), '')
  // Or the whole map would be drawn sixty times a second while nothing happens.
  assert.equal(await headUnit.page.evaluate(countEndless), 0)
  await toggleSignal('Position is known')
  await headUnit.navigation.getByText('Looking for satellites…').waitFor()
})

test('without a position there is no route, and the app is told (W 8.3)', async () => {
  await toggleSignal('Position is known')
  await guideTo('Nowhere')
  await heard('RouteCalculationFailed')
})

test('who declines a new guidance keeps the old one (W 8.1, 8.2)', async () => {
  await guideTo('Old harbour')
  await calculated()
  await guideTo('Airport')
  const question = headUnit.page.getByRole('alertdialog', { name: 'Replace the current guidance?' })
  await question.getByText('guide wants to guide you to Airport, instead of Old harbour.').waitFor()
  assert.equal(await headUnit.page.evaluate(() => document.activeElement?.textContent), 'Replace')
  await headUnit.page.keyboard.press('Escape')
  await question.waitFor({ state: 'hidden' })
  await heard('RouteCalculationCancelled')
  await headUnit.dock('Navigation').click()
  await headUnit.navigation.getByText('Old harbour').waitFor()
})

test('who accepts it gets the new one (W 8.1)', async () => {
  await guideTo('Old harbour')
  await calculated()
  await guideTo('Airport')
  await headUnit.page.getByRole('alertdialog').getByRole('button', { name: 'Replace' }).click()
  await headUnit.dock('Navigation').click()
  await headUnit.navigation.locator('.arrival').getByText('Airport').waitFor()
})

test('a question lies over every module, and nothing beneath it can be reached', async () => {
  await guideTo('Old harbour')
  await calculated()
  await headUnit.dock('Media').click()
  await guideTo('Airport')
  await headUnit.page.getByRole('alertdialog').waitFor()
  for (let presses = 0; presses < 6; presses++) {
    await headUnit.page.keyboard.press('Tab')
    const beneath = await headUnit.page.evaluate(
      "!!document.activeElement.closest('.screen') && !document.activeElement.closest('[role=alertdialog]')",
    )
    assert.equal(beneath, false)
  }
})

test('the vehicle moves on the map as it drives along the route, and arrives (W 8.3)', async () => {
  await guideTo('Old harbour')
  await calculated()
  await headUnit.dock('Navigation').click()
  const world = headUnit.navigation.locator('.map-world')
  const before = await world.getAttribute('style')
  const routeBefore = await route()
  await headUnit.choose('Route', 'Drive ×10')
  await headUnit.page.clock.runFor(3_000)
  await headUnit.navigation.getByText('50', { exact: true }).waitFor()
  const isNew = (style: string | null) => style !== before
  assert.ok(isNew(await poll(() => world.getAttribute('style'), isNew, 30_000)))
  assert.notEqual(await route(), routeBefore)
  await headUnit.choose('Route', 'Drive ×100')
  await headUnit.page.clock.runFor(30_000)
  await headUnit.navigation.getByText('You have arrived').waitFor()
  await heard('WebDestinationReached')
  await headUnit.navigation.getByRole('button', { name: 'Close' }).click()
  await headUnit.navigation.getByText('You have arrived').waitFor({ state: 'hidden' })
})

test('a reload on the way goes on at the same point, and the app hears of the arrival', async () => {
  await guideTo('Old harbour')
  await calculated()
  await headUnit.dock('Navigation').click()
  // So slow that it has not arrived before it stays, however busy the machine is.
  await headUnit.choose('Route', 'Drive ×10')
  await headUnit.page.clock.runFor(3_000)
  await headUnit.choose('Route', 'Stay')
  const left = () => headUnit.navigation.getByText(/^[\d.]+ km$/).innerText()
  const before = await left()
  await headUnit.page.reload()
  await headUnit.navigation.getByText('Old harbour').waitFor()
  assert.equal(await left(), before)
  app = await headUnit.frame('guide')
  await headUnit.choose('Route', 'Drive ×100')
  await headUnit.page.clock.runFor(30_000)
  await headUnit.navigation.getByText('You have arrived').waitFor()
  await heard('WebDestinationReached')
})

test('the user ends the guidance', async () => {
  await guideTo('Old harbour')
  await calculated()
  await headUnit.dock('Navigation').click()
  await headUnit.navigation.getByRole('button', { name: 'End guidance' }).click()
  await headUnit.navigation.getByText('Old harbour').waitFor({ state: 'hidden' })
  assert.equal(await poll(route, (drawn) => drawn === '', 30_000), '')
  assert.equal(await app.evaluate('Navigation.GetJourneyInfo()'), false)
})

test('the overview shows the whole route with its waypoints', async () => {
  await app.evaluate(
    'Navigation.LaunchGuidanceWaypoints(2.40, 48.90, [{ lat: 48.87, lon: 2.37 }, { lat: 48.88, lon: 2.38 }])',
  )
  await calculated()
  await headUnit.dock('Navigation').click()
  await headUnit.navigation.getByRole('button', { name: 'Overview of the route' }).click()
  assert.deepEqual(await headUnit.navigation.locator('.map-overview text').allTextContents(), ['1', '2'])
  const [whole, drawn] = await Promise.all(
    ['.map-overview', '.map-overview .map-route'].map((part) =>
      headUnit.navigation.locator(part).boundingBox(),
    ),
  )
  assert.ok(whole && drawn)
  assert.ok(drawn.x > whole.x && drawn.x + drawn.width < whole.x + whole.width)
  assert.ok(drawn.y > whole.y && drawn.y + drawn.height < whole.y + whole.height)
})

test('in another module a chip shows the next manoeuvre, in miles for who wants miles, and leads there', async () => {
  await guideTo('Old harbour')
  await calculated()
  await headUnit.dock('Media').click()
  await headUnit.page.getByRole('button', { name: /^Guidance: \d+ m$/ }).waitFor()
  const signals = await headUnit.section('Signals')
  await signals.getByLabel('Distance unit').selectOption('miles')
  await headUnit.page.getByRole('button', { name: /^Guidance: .* (ft|mi)$/ }).click()
  await headUnit.navigation.waitFor()
})

function guideTo(label: string): Promise<unknown> {
  return app.evaluate(`Navigation.LaunchGuidance('${label}', 2.40, 48.90, 0, 0, 0, 0, 0, 0, 0)`)
}

/** Lets the time of the calculation pass. */
async function calculated(): Promise<void> {
  await headUnit.page.clock.fastForward(5_000)
  await heard('RouteCalculationSuccessful')
}

async function heard(name: string): Promise<void> {
  await app.waitForFunction((name) => (window as unknown as { heard: string[] }).heard.includes(name), name)
}

/** What is drawn of the way ahead. */
async function route(): Promise<string | null> {
  return headUnit.navigation.locator('.map-route').getAttribute('d')
}

async function toggleSignal(name: string): Promise<void> {
  await (await headUnit.section('Signals')).getByRole('switch', { name }).click()
}

function countEndless(): number {
  const timings = document.getAnimations().map(({ effect }) => effect?.getTiming())
  return timings.filter((timing) => timing?.iterations === Infinity).length
}
