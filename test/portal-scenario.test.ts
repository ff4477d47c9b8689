import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { parseScenario } from '@pillion/host'
import type { Locator } from 'playwright-core'
import type { HeadUnit } from './support/head-unit.ts'
import { HeadUnitStage } from './support/head-unit-stage.ts'

const text = `name: Test drive
description: Up and down.
steps:
  - { at: 0, set: { speedKmh: 10 }, note: Off }
  - { at: 0:10, over: 10, set: { speedKmh: 90 }, note: Faster }
  - { at: 1:00, set: { speedKmh: 3, media: { state: 2, track: Arrival, trackNumber: 1, trackCount: 1 } }, note: There }`

let stage: HeadUnitStage
let headUnit: HeadUnit
let scenario: Locator
before(async () => {
  stage = await HeadUnitStage.open()
})
beforeEach(async () => {
  headUnit = await stage.openHeadUnit({ clock: true })
  scenario = await headUnit.section('Scenario')
})
afterEach(() => headUnit.close())
after(() => stage?.close())

const scenarios = ['City trip', 'Motorway with tunnel', 'Low battery']
for (const name of scenarios) {
  test(`${name} is there to be played, to its end`, async () => {
    await scenario.getByLabel('Scenario', { exact: true }).selectOption(name)
    await button('Play scenario').click()
    await button('Pause scenario').waitFor()
    await scenario.getByLabel('Speed of the scenario').selectOption('×1000')
    await headUnit.page.clock.runFor(20_000)
    await button('Play scenario').waitFor()
    const [at, end] = (await place()).split(' / ')
    assert.equal(at, end)
  })
}

test('a scenario plays in its time, waits while paused, and goes where one drags it', async () => {
  await paste(text)
  await scenario.getByText('Up and down.').waitFor()
  await button('Play scenario').click()
  await speedIs(10)
  await headUnit.page.clock.runFor(15_000)
  await scenario.getByText('Faster').waitFor()
  const speed = await speedNow()
  assert.ok(speed > 30 && speed < 80, `${speed} km/h on the way from 10 to 90`)
  await button('Pause scenario').click()
  const paused = await speedNow()
  await headUnit.page.clock.runFor(60_000)
  assert.equal(await speedNow(), paused)
  await scenario.getByRole('slider').fill('30')
  await speedIs(90)
  assert.equal(await place(), '0:30 / 1:00')
  await scenario.getByRole('slider').fill('60')
  await scenario.getByText('There').waitFor()
  await headUnit.dock('Media').click()
  await headUnit.page.getByRole('region', { name: 'Media' }).getByText('Arrival').waitFor()
})

test('a reload in the middle of it goes on at the same point, and as it was set', async () => {
  await paste(text)
  await scenario.getByLabel('Speed of the scenario').selectOption('×2')
  await button('Loop').click()
  await button('Play scenario').click()
  await headUnit.page.clock.runFor(7_500)
  await headUnit.page.reload()
  await headUnit.connected()
  await button('Pause scenario').click()
  const seconds = Number(/^0:(\d\d) /.exec(await place())?.[1])
  assert.ok(seconds >= 15 && seconds < 40, await place())
  await scenario.getByText('Up and down.').waitFor()
  assert.equal(await scenario.getByLabel('Speed of the scenario').inputValue(), '2')
  assert.equal(await button('Loop').getAttribute('aria-pressed'), 'true')
  await headUnit.page.reload()
  await button('Play scenario').waitFor()
  await scenario.getByRole('slider').fill('15')
  assert.equal(await speedNow(), 50)
  await button('Remove').click()
  await headUnit.page.reload()
  await headUnit.connected()
  assert.equal(await button('Play scenario').count(), 0)
})

test('at 10 times the speed it takes a tenth of the time, and in a loop it begins again', async () => {
  await paste(text)
  await scenario.getByLabel('Speed of the scenario').selectOption('×10')
  await button('Loop').click()
  await button('Play scenario').click()
  await headUnit.page.clock.runFor(3_500)
  await speedIs(90)
  await headUnit.page.clock.runFor(3_000)
  await speedIs(10)
})

test('what is wrong with a scenario is said, with its line', async () => {
  await paste('name: Wrong\nsteps:\n  - { at: 0, set: { speedKmh: fast } }\n  - { at: 1, set: { wings: 2 } }')
  const faults = scenario.getByRole('alert')
  await faults.getByText('Line 3').waitFor()
  await faults.getByText('Line 4').waitFor()
  await scenario.getByLabel('Scenario as YAML').fill(text)
  await button('Take it').click()
  await faults.waitFor({ state: 'hidden' })
  await button('Play scenario').waitFor()
})

test('a file dropped anywhere on the panel is taken', async () => {
  const transfer = await headUnit.page.evaluateHandle((text) => {
    const transfer = new DataTransfer()
    transfer.items.add(new File([text], 'mine.yaml'))
    return transfer
  }, text)
  await headUnit.panel.dispatchEvent('drop', { dataTransfer: transfer })
  await scenario.getByText('Up and down.').waitFor()
})

test('what one does is recorded, handed over as a scenario, and can be played at once', async () => {
  await button('Record').click()
  await headUnit.page.clock.runFor(2_000)
  await headUnit.panel.getByRole('slider', { name: 'Speed' }).fill('70')
  await scenario.getByText(/2 steps/).waitFor()
  await headUnit.page.clock.runFor(3_000)
  await headUnit.choose('Privacy', 'Data')
  const [download] = await Promise.all([
    headUnit.page.waitForEvent('download'),
    button(/^Stop and download/).click(),
  ])
  assert.match(download.suggestedFilename(), new RegExp(`^recording-${stage.vin}-.+\\.yaml$`))
  const recorded = parseScenario(await readFile(await download.path(), 'utf8')).scenario
  assert.deepEqual(
    recorded?.steps.slice(1).map(({ set }) => set),
    [{ speedKmh: 70 }, { privacyMode: 'Geoloc' }],
  )
  await headUnit.panel.getByRole('slider', { name: 'Speed' }).fill('0')
  await button('Play scenario').click()
  await headUnit.page.clock.runFor(3_000)
  await speedIs(70)
})

test('it plays on while the panel is closed', async () => {
  await paste(text)
  await button('Play scenario').click()
  await headUnit.page.getByRole('button', { name: 'Developer tools' }).click()
  await headUnit.page.clock.runFor(61_000)
  await headUnit.dock('Navigation').click()
  await headUnit.navigation.getByText('3', { exact: true }).waitFor()
})

function button(name: string | RegExp): Locator {
  return scenario.getByRole('button', { name, exact: true })
}

async function paste(yaml: string): Promise<void> {
  await button('Paste YAML…').click()
  await scenario.getByLabel('Scenario as YAML').fill(yaml)
  await button('Take it').click()
}

function place(): Promise<string> {
  return scenario.locator('output').innerText()
}

async function speedNow(): Promise<number> {
  return Number.parseInt(await headUnit.panel.locator('.slider output').innerText(), 10)
}

async function speedIs(kmh: number): Promise<void> {
  await headUnit.panel
    .locator('.slider output')
    .getByText(new RegExp(`^${kmh} km/h`))
    .waitFor()
}
