import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FrameState, GuidanceRequest } from '@pillion/schema'
import { type TestApp, TestBrowser } from './chromium.ts'
import { drive } from './drive.ts'

const paris = { latitude: 48.85, longitude: 2.35 }
const none = { waypoints: [], label: '', confirms: false }

describe('Navigation.LaunchGuidance and LaunchGuidanceWaypoints in a browser', () => {
  let browser: TestBrowser
  let app: TestApp
  before(async () => {
    browser = await TestBrowser.open()
    app = await browser.openApp(
      `<script>Navigation.addEventListener('InvalidCoordinates', function () { fired++ })</script>`,
      drive,
    )
  })
  after(() => browser.close())

  /** What the call returns, what the host is told, and how often InvalidCoordinates fires afterwards. */
  async function launch(call: string, given: Partial<FrameState> = {}) {
    await app.post({ pillion: 'state', state: { ...drive, ...given } })
    const [returned, firedAtReturn, fired] = (await app.run(
      `fired = 0, Promise.all([Navigation.${call}, fired, new Promise(function (resolve) {
        setTimeout(function () { resolve(fired) }, 10)
      })])`,
    )) as [unknown, number, number]
    assert.equal(firedAtReturn, 0)
    const [message, ...more] = (await app.told()) as { request?: object; reason?: string }[]
    assert.deepEqual(more, [])
    return { returned, fired, told: message?.request ?? message?.reason }
  }

  const nineWaypoints = `[${Array.from({ length: 9 }, (_, index) => `{lat: ${index}, lon: 1}`)}]`
  const tenWaypoints = nineWaypoints.replace('[', '[{lat: 0, lon: 0}, ')
  const accepted: [call: string, request: Partial<GuidanceRequest>][] = [
    [`LaunchGuidance('Home', 2.35, 48.85)`, { label: 'Home', confirms: true }],
    [`LaunchGuidance('Home', 2.35, 48.85, 0, 0, 0, 0, 0, 0, 0)`, { label: 'Home', confirms: true }],
    [
      `LaunchGuidance('Home', 2.35, 48.85, 500, 'x', NaN, null, {}, [], 1)`,
      { label: 'Home', confirms: true },
    ],
    [`LaunchGuidance('${'x'.repeat(60)}', 2.35, 48.85)`, { label: 'x'.repeat(59), confirms: true }],
    [`LaunchGuidance(undefined, 2.35, 48.85)`, { confirms: true }],
    [`LaunchGuidance('', -180, 90)`, { destination: { longitude: -180, latitude: 90 }, confirms: true }],
    [
      `LaunchGuidance('', 2.35000049, 48.85000051)`,
      { destination: { longitude: 2.35, latitude: 48.850001 }, confirms: true },
    ],
    ['LaunchGuidanceWaypoints(2.35, 48.85)', {}],
    ['LaunchGuidanceWaypoints(2.35, 48.85, [])', {}],
    ['LaunchGuidanceWaypoints(2.35, 48.85, null, true)', { confirms: true }],
    [`LaunchGuidanceWaypoints(2.35, 48.85, [], 'true')`, {}],
    [
      'LaunchGuidanceWaypoints(2.35, 48.85, [{lat: 1.12345678, lon: 2}, {Lat: 3, Lon: 4}], true)',
      {
        waypoints: [
          { latitude: 1.123457, longitude: 2 },
          { latitude: 3, longitude: 4 },
        ],
        confirms: true,
      },
    ],
    [
      `LaunchGuidanceWaypoints(2.35, 48.85, ${nineWaypoints})`,
      { waypoints: Array.from({ length: 9 }, (_, latitude) => ({ latitude, longitude: 1 })) },
    ],
  ]
  for (const [call, request] of accepted) {
    test(`${call.slice(0, 90)} returns true and asks the host (W 8.1, 8.2)`, async () => {
      const expected = { destination: paris, ...none, ...request }
      assert.deepEqual(await launch(call), { returned: true, fired: 0, told: expected })
    })
  }

  const invalid = [
    'LaunchGuidance()',
    `LaunchGuidance('Home', 2.35)`,
    `LaunchGuidance('Home', '2.35', 48.85)`,
    `LaunchGuidance('Home', 48.85, 102.35)`,
    `LaunchGuidance('Home', 180.0000001, 48.85)`,
    `LaunchGuidance('Home', NaN, 48.85)`,
    `LaunchGuidance('Home', 2.35, -Infinity)`,
    `LaunchGuidanceWaypoints(2.35, null)`,
    `LaunchGuidanceWaypoints(2.35, 48.85, 'none')`,
    `LaunchGuidanceWaypoints(2.35, 48.85, [null])`,
    `LaunchGuidanceWaypoints(2.35, 48.85, [{lat: 1}])`,
    `LaunchGuidanceWaypoints(2.35, 48.85, [{lat: 91, lon: 1}])`,
    `LaunchGuidanceWaypoints(2.35, 48.85, new Array(3))`,
    `LaunchGuidanceWaypoints(2.35, 48.85, ${tenWaypoints})`,
  ]
  for (const call of invalid) {
    test(`${call.slice(0, 90)} returns false, and InvalidCoordinates fires later (W 8.2)`, async () => {
      assert.deepEqual(await launch(call), {
        returned: false,
        fired: 1,
        told: 'coordinates',
      })
    })
  }

  const refused: [when: string, given: Partial<FrameState>, told: string][] = [
    ['in Geoloc mode', { privacyMode: 'Geoloc' }, 'privacy'],
    ['in Private mode', { privacyMode: 'Private' }, 'privacy'],
    ['in Private mode and a popup is displayed', { privacyMode: 'Private', popupDisplayed: true }, 'privacy'],
    ['while a popup is displayed', { popupDisplayed: true }, 'popup'],
  ]
  for (const [when, given, told] of refused) {
    for (const call of [
      'LaunchGuidance()',
      `LaunchGuidance('Home', 2.35, 48.85)`,
      'LaunchGuidanceWaypoints(2, 3)',
    ])
      test(`${call} returns false ${when}, without an event (W 8.2)`, async () => {
        assert.deepEqual(await launch(call, given), { returned: false, fired: 0, told })
      })
  }

  test('a wave that does not have the event gets none (W 10.5)', async () => {
    const app = await browser.openApp(
      `<script>
      fired = 0
      Navigation.addEventListener('InvalidCoordinates', function () { fired++ })
      returned = Navigation.LaunchGuidance()
    </script>`,
      { ...drive, wave: 3 },
    )
    await app.run('new Promise(function (resolve) { setTimeout(resolve, 20) })')
    assert.deepEqual(await app.run('[returned, fired]'), [false, 0])
  })
})
