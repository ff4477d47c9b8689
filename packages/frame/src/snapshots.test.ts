import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { TestBrowser } from './chromium.ts'
import { drive } from './drive.ts'

const snapshots: [call: string, name: string, signal: keyof typeof drive, fields: object][] = [
  [
    'GetCurrentPosition',
    'CurrentPosition',
    'position',
    {
      Address: '4 rue de Rivoli',
      address: '4 rue de Rivoli',
      Town: 'Le Marais',
      City: 'Paris',
      Province: '',
      Country: 'France',
      Coutry: 'France',
      Altitude: 35,
    },
  ],
  [
    'GetDestination',
    'Destination',
    'destination',
    {
      Latitude: 47.5137,
      Longitude: 6.8293,
      address: '1 Grand-Rue',
      Address: '1 Grand-Rue',
      Town: 'Le Marais',
      City: 'Sochaux',
      Province: '',
      Country: 'France',
      Coutry: 'France',
    },
  ],
  [
    'GetManeuverInfo',
    'ManeuverInfo',
    'maneuver',
    {
      Latitude: 48.8545,
      Longitude: 2.3631,
      nextStreetName: 'Rue Saint-Antoine',
      Town: '',
      City: 'Paris',
      Province: '',
      Country: 'France',
      Coutry: 'France',
    },
  ],
  [
    'GetJourneyInfo',
    'JourneyInfo',
    'journey',
    {
      estimatedTimeOfarrivalH: 23,
      estimatedTimeOfarrivalMin: 47,
      estimatedTimeOfArrivalH: 23,
      estimatedTimeOfArrivalMin: 47,
    },
  ],
]

describe('the snapshots of Navigation in a browser', () => {
  let browser: TestBrowser
  before(async () => {
    browser = await TestBrowser.open()
  })
  after(() => browser.close())

  for (const [call, name, signal, fields] of snapshots) {
    const snapshot = `JSON.parse(JSON.stringify(Navigation.${name}))`

    test(`${name} is empty until ${call}() is true, keeps what it has, and is emptied by false (W 10.5, 14)`, async () => {
      const app = await browser.openApp(
        `<script>kept = Navigation.${name}; seen = [${snapshot}, Navigation.${call}(), ${snapshot}]</script>`,
        drive,
      )
      assert.deepEqual(await app.run('seen'), [{}, true, fields])
      await app.post({ pillion: 'state', state: { ...drive, [signal]: null } })
      assert.deepEqual(await app.run(snapshot), fields)
      assert.deepEqual(await app.run(`[Navigation.${call}(), ${snapshot}]`), [false, {}])
      await app.post({ pillion: 'state', state: drive })
      assert.deepEqual(await app.run(snapshot), {})
      assert.deepEqual(await app.run(`[Navigation.${call}(), kept === Navigation.${name}]`), [true, true])
    })

    for (const privacyMode of ['Geoloc', 'Private'] as const) {
      test(`${name} is emptied on entry into ${privacyMode}, before the app can notice (W 9.2)`, async () => {
        const app = await browser.openApp(
          `<script>Privacy.addEventListener('ModePublic', function () { inEvent = ${snapshot} })
          seen = Navigation.${call}()</script>`,
          drive,
        )
        await app.post(
          { pillion: 'state', state: { ...drive, privacyMode } },
          { pillion: 'event', event: { emitter: 'Privacy', name: 'ModePublic' } },
          { pillion: 'state', state: drive },
        )
        assert.deepEqual(await app.run(`[seen, inEvent, ${snapshot}]`), [true, {}, {}])
      })
    }
  }
})
