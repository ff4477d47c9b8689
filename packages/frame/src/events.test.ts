import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FrameEvent } from '@pillion/schema'
import { TestBrowser } from './chromium.ts'
import { drive } from './drive.ts'

type EmitterName = FrameEvent['emitter']

/** The 23 emitter events of W 10, and the three that belong to `Device.PopupRequest` (W 14). */
const events: [section: string, emitter: EmitterName, name: string][] = [
  ['W 10.1', 'Car', 'driverDistractionOn'],
  ['W 10.1', 'Car', 'driverDistractionOff'],
  ['W 10.1', 'Car', 'distanceUnit'],
  ['W 10.1', 'Car', 'fuelUnit'],
  ['W 10.1', 'Car', 'speedUnit'],
  ['W 10.2', 'Privacy', 'ModePublic'],
  ['W 10.2', 'Privacy', 'ModeGeoloc'],
  ['W 10.2', 'Privacy', 'ModeFull'],
  ['W 10.2', 'Connectivity', 'connectivityOn'],
  ['W 10.2', 'Connectivity', 'connectivityOff'],
  ['W 10.2', 'System', 'OnShutDown'],
  ['W 10.3', 'HMI', 'homeBtnClick'],
  ['W 10.3', 'HMI.Settings', 'languageSet'],
  ['W 10.3', 'HMI.Settings', 'themeSet'],
  ['W 10.3', 'HMI.WebBrowser', 'show'],
  ['W 10.3', 'HMI.WebBrowser', 'hide'],
  ['W 10.4', 'Media.Audio', 'audioAvailable'],
  ['W 10.4', 'Media.Audio', 'audioLost'],
  ['W 10.5', 'Navigation', 'InvalidCoordinates'],
  ['W 10.5', 'Navigation', 'RouteCalculationSuccessful'],
  ['W 10.5', 'Navigation', 'RouteCalculationFailed'],
  ['W 10.5', 'Navigation', 'RouteCalculationCancelled'],
  ['W 10.5', 'Navigation', 'WebDestinationReached'],
  ['W 14', 'HMI', 'okBtnPopupRequestClicked'],
  ['W 14', 'HMI', 'cancelBtnPopupRequestClicked'],
  ['W 14', 'HMI', 'closeTimeoutPopupRequest'],
]

describe('the events in a browser', () => {
  let browser: TestBrowser
  before(async () => {
    browser = await TestBrowser.open()
  })
  after(() => browser.close())

  describe('each', () => {
    let seen: Record<string, unknown[]> = {}
    before(async () => {
      const app = await browser.openApp(
        `<script>
        seen = {};
        ${JSON.stringify(events)}.forEach(function (row) {
          var emitter = (0, eval)(row[1]), name = row[1] + ' ' + row[2]
          seen[name] = [emitter.hasOwnProperty(row[2]), emitter[row[2]]]
          emitter.addEventListener(row[2], function () { seen[name].push(arguments.length, this === emitter) })
        })
        </script>`,
        drive,
      )
      await app.post(
        ...events.map(([, emitter, name]) => ({ pillion: 'event', event: { emitter, name } }) as const),
      )
      seen = (await app.run('seen')) as typeof seen
    })
    for (const [section, emitter, name] of events) {
      test(`${emitter} ${name} is an own property and calls its handlers (${section}, 5.3)`, () => {
        assert.deepEqual(seen[`${emitter} ${name}`], [true, name, 0, true])
      })
    }
  })

  test('Media is an emitter as well, and names that it does not have are no property (W 5.3)', async () => {
    const app = await browser.openApp(`<script>
      Media.addEventListener('startPlayback', function () {})
      Media.removeEventListener('startPlayback', function () {})
      seen = [Media.hasOwnProperty('startPlayback'), HMI.hasOwnProperty('noSuchEvent')]
    </script>`)
    assert.deepEqual(await app.run('seen'), [false, false])
  })

  test('RouteCalculationCanceled with one L is the same event (W 5.3)', async () => {
    const app = await browser.openApp(`<script>
      seen = [Navigation.hasOwnProperty('RouteCalculationCanceled')]
      function count() { seen.push('called') }
      function removed() { seen.push('removed') }
      Navigation.addEventListener('RouteCalculationCanceled', count)
      Navigation.addEventListener('RouteCalculationCanceled', removed)
      Navigation.removeEventListener('RouteCalculationCancelled', removed)
    </script>`)
    await app.post({
      pillion: 'event',
      event: { emitter: 'Navigation', name: 'RouteCalculationCancelled' },
    })
    assert.deepEqual(await app.run('seen'), [true, 'called'])
  })

  test('what an app puts in an emitter’s place changes nothing for handlers that are there (W 5.3)', async () => {
    const app = await browser.openApp(`<script>
      seen = 0
      HMI.Settings.addEventListener('themeSet', function () { seen++ })
      HMI.Settings = {}; HMI = {}
    </script>`)
    await app.post({ pillion: 'event', event: { emitter: 'HMI.Settings', name: 'themeSet' } })
    assert.equal(await app.run('seen'), 1)
  })
})
