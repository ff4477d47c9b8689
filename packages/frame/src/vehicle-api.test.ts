import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FrameState, PrivacyMode } from '@pillion/schema'
import { type TestApp, TestBrowser } from './chromium.ts'
import { drive } from './drive.ts'

/** The rows of W 10 as they are printed: member, what it returns in `drive`, the most restrictive privacy mode, waves. */
type Row = [call: string, returns: unknown, min: '—' | 'Geoloc' | 'Public', waves: string]

const rows: Record<string, Row[]> = {
  'W 10.1': [
    ['Car.GetVINCode()', '0123456789ABCDEFG', 'Geoloc', '2 3 4'],
    ['Car.GetSpeed()', 42, 'Geoloc', '2 3 4'],
    ['Car.GetDrivingState()', true, '—', '2 3 4'],
    ['Car.GetMileage()', 12_346, '—', '2 3 4'],
    ['Car.GetAutonomy()', 612, '—', '2 3'],
    ['Car.GetFuelAutonomy()', 580, '—', '2 3 4'],
    ['Car.GetBatteryAutonomy()', 32, '—', '4'],
    ['Car.GetFuelLevel()', 52.4, '—', '2 3 4'],
    ['Car.GetBatteryLevel()', 80.6, '—', '4'],
    ['Car.GetFuelType()', 4, '—', '2 3 4'],
    ['Car.GetFuelUnit()', 'gal', '—', '2 3 4'],
    ['Car.GetDayNightStatus()', 1, '—', '4'],
    ['Car.GetTime()', true, '—', '3 4'],
    ['Car.Time.Hours()', 21, '—', '3 4'],
    ['Car.Time.Minutes()', 30, '—', '3 4'],
    ['Car.Time.OffsetUTC()', '-0330', '—', '3 4'],
  ],
  'W 10.2': [
    ['Device.GetCarBrand()', 2, '—', '2 3 4'],
    ['Device.GetDistanceUnit()', 'miles', '—', '2 3 4'],
    ['Device.GetSpeedUnit()', 'mph', '—', '2 3 4'],
    ['Device.GetHMIFocus()', true, '—', '2 3 4'],
    ['Device.GetHMITheme()', 9, '—', '2 3 4'],
    ['Device.GetInternetStatus()', true, '—', '2 3 4'],
    ['Device.GetSoftwareRelease()', '31.09.46.60_NAC-r0', '—', '2 3 4'],
    ['Device.GetUIN()', '0D01PILLION000000001', '—', '3 4'],
    ['WebPortal.getCountry()', 'France', '—', '2 3 4'],
    ['WebPortal.getLanguage()', 'fr-FR', '—', '2 3 4'],
    ['WebPortal.getPendingNotifications("demo")', [], '—', '2 3 4'],
    ['Phone.LaunchPhoneCall("0123")', true, '—', '2 3 4'],
  ],
  'W 10.4': [
    ['Media.GetAlbumName()', 'An Album', '—', '2 3 4'],
    ['Media.GetArtistName()', 'An Artist', '—', '2 3 4'],
    ['Media.GetFolderName()', 'A Folder', '—', '2 3 4'],
    ['Media.GetTrackName()', 'A Track', '—', '2 3 4'],
    ['Media.GetCurrentTrack()', 3, '—', '2 3 4'],
    ['Media.GetTotalTracks()', 14, '—', '2 3 4'],
    ['Media.GetMediaState()', 2, '—', '2 3 4'],
    ['Media.GetTypeName()', 16, '—', '2 3 4'],
    ['Media.Audio.configure("MEDIA_PLAYER_SOURCE", "Active")', undefined, '—', '2 3 4'],
  ],
  'W 10.5': [
    ['Navigation.GetCurrentPositionLatitude()', 48.856613, 'Public', '2 3 4'],
    ['Navigation.GetCurrentPositionLongitude()', 2.352222, 'Public', '2 3 4'],
    ['Navigation.GetCurrentPosition()', true, 'Public', '2 3 4'],
    ['Navigation.GetDestination()', true, 'Public', '2 3 4'],
    ['Navigation.GetManeuverInfo()', true, 'Public', '2 3 4'],
    ['Navigation.GetJourneyInfo()', true, 'Public', '2 3 4'],
    ['Navigation.GetNextWaypoint.ETAHours()', 22, 'Public', '2 3 4'],
    ['Navigation.GetNextWaypoint.ETAMinutes()', 5, 'Public', '2 3 4'],
  ],
  'W 10.6': [
    ['Radio.GetFrequency()', 105_500, '—', '2 3 4'],
    ['Radio.GetPreset()', 5, '—', '2 3 4'],
    ['Radio.GetBand()', 'FM', '—', '2 3 4'],
    ['Radio.PSName()', 'INFO', '—', '3 4'],
    ['Radio.PTY()', 10, '—', '3 4'],
    ['Radio.RDS()', true, '—', '3 4'],
    ['Radio.TA()', false, '—', '3 4'],
    ['Radio.Text()', 'Ça roule', '—', '3 4'],
  ],
  'W 14': [
    ['Car.GetDistanceUnit()', 'miles', '—', '2 3 4'],
    ['Car.GetSpeedUnit()', 'mph', '—', '2 3 4'],
    ['Car.GetSpeednUnit()', 'mph', '—', '2 3 4'],
    ['Car.GetLevel()', 80.6, '—', '4'],
    ['Car.Time.GetTime()', true, '—', '3 4'],
    ['Connectivity.GetInternetStatus()', true, '—', '2 3 4'],
    ['Media.audio.configure("TEMPORARY_SOURCE", "Inactive")', undefined, '—', '2 3 4'],
    ['Device.PopupRequest(true, "Text")', true, '—', '2 3 4'],
    ['Device.GetHardwareRelease()', '', '—', '2 3 4'],
    ['Device.GetSupplierId()', '', '—', '2 3 4'],
    ['Device.GetPortalSubscriptionStatus()', true, '—', '2 3 4'],
    ['Device.ClearStorage()', undefined, '—', '2 3 4'],
    ['Device.appLevelWebPortalDisp(1)', undefined, '—', '2 3 4'],
    ['System.Settings.Value("key")', undefined, '—', '2 3 4'],
    ['System.Settings.AllKeys()', [], '—', '2 3 4'],
    ['True', true, '—', '2 3 4'],
    ['False', false, '—', '2 3 4'],
  ],
}

/** Members without a value of their own: events (events.test.ts), guidance and snapshots (their tests). */
const wavesByMember: Record<string, string> = {
  'Car.driverDistractionOn': '2 3 4',
  'Car.driverDistractionOff': '2 3 4',
  'Car.distanceUnit': '2 3 4',
  'Car.fuelUnit': '2 3 4',
  'Car.speedUnit': '2 3 4',
  'Privacy.Mode': '3 4',
  'Privacy.ModePublic': '3 4',
  'Privacy.ModeGeoloc': '3 4',
  'Privacy.ModeFull': '2 3',
  'Connectivity.connectivityOn': '2 3 4',
  'Connectivity.connectivityOff': '2 3 4',
  'System.OnShutDown': '2 3 4',
  'HMI.homeBtnClick': '2 3 4',
  'HMI.Settings.languageSet': '2 3 4',
  'HMI.Settings.themeSet': '2 3 4',
  'HMI.WebBrowser.show': '2 3 4',
  'HMI.WebBrowser.hide': '2 3 4',
  'HMI.okBtnPopupRequestClicked': '2 3 4',
  'HMI.cancelBtnPopupRequestClicked': '2 3 4',
  'HMI.closeTimeoutPopupRequest': '2 3 4',
  'Media.Audio.audioAvailable': '2 3 4',
  'Media.Audio.audioLost': '2 3 4',
  'Navigation.LaunchGuidance': '2 3',
  'Navigation.LaunchGuidanceWaypoints': '2 4',
  'Navigation.InvalidCoordinates': '2 4',
  'Navigation.RouteCalculationSuccessful': '2 4',
  'Navigation.RouteCalculationFailed': '2 4',
  'Navigation.RouteCalculationCancelled': '2 4',
  'Navigation.RouteCalculationCanceled': '2 4',
  'Navigation.WebDestinationReached': '4',
  'Navigation.CurrentPosition': '2 3 4',
  'Navigation.Destination': '2 3 4',
  'Navigation.ManeuverInfo': '2 3 4',
  'Navigation.JourneyInfo': '2 3 4',
}

const allRows = Object.entries(rows).flatMap(([section, of]) => of.map((row) => [section, ...row] as const))
const modes: PrivacyMode[] = ['Public', 'Geoloc', 'Private']

/** Values of the expressions as the app's first script gets them, written after the frame script and nothing else. */
function readAtStart(expressions: readonly string[]): string {
  return `<script>seen = ${JSON.stringify(expressions)}.map(function (expression) {
    try { return (0, eval)(expression) } catch (error) { return 'thrown: ' + error }
  })</script>`
}

/** Where the minimum mode is not met, undefined (W 9.2). */
function expected(returns: unknown, min: Row[2], mode: PrivacyMode): unknown {
  return modes.indexOf(mode) > (min === '—' ? 2 : modes.indexOf(min)) ? undefined : returns
}

describe('the vehicle API in a browser', () => {
  let browser: TestBrowser
  before(async () => {
    browser = await TestBrowser.open()
  })
  after(() => browser.close())

  for (const mode of modes) {
    describe(`in ${mode} mode, from the first script on`, () => {
      const found: unknown[] = []
      before(async () => {
        // As it is before the host withholds anything: the frame answers by the mode on its own account.
        const given = { ...drive, privacyMode: mode }
        const app = await browser.openApp(readAtStart(allRows.map(([, call]) => call)), given)
        await app.post({ pillion: 'state', state: { ...given, launched: true } })
        found.push(...((await app.run('seen')) as unknown[]))
      })
      for (const [index, [section, call, returns, min]] of allRows.entries()) {
        const value = expected(returns, min, mode)
        test(`${call} is ${JSON.stringify(value)} (${section}${value === returns ? '' : ', 9.2'})`, () => {
          assert.deepEqual(found[index], value)
        })
      }
      test(`Privacy.Mode() is ${mode} (W 10.2)`, async () => {
        const app = await browser.openApp(readAtStart(['Privacy.Mode()']), { ...drive, privacyMode: mode })
        assert.deepEqual(await app.run('seen'), [mode])
      })
    })
  }

  for (const wave of ['all', 2, 3, 4] as const) {
    test(`wave ${wave}: exactly its members are there, the others undefined (W 10)`, async () => {
      const members = Object.fromEntries([
        ...allRows.map(([, call, , , waves]) => [call.replace(/\(.*/, ''), waves]),
        ...Object.entries(wavesByMember),
      ]) as Record<string, string>
      // A member of a member that is not there is not there either.
      const app = await browser.openApp(
        `<script>kinds = ${JSON.stringify(Object.keys(members))}.map(function (member) {
          return member.split('.').reduce(function (owner, name) {
            return owner === undefined ? owner : owner[name]
          }, window) !== undefined
        })</script>`,
        { ...drive, wave },
      )
      const kinds = (await app.run('kinds')) as boolean[]
      const present = Object.keys(members).filter((_, index) => kinds[index])
      assert.deepEqual(
        present,
        Object.keys(members).filter((member) => wave === 'all' || members[member]?.includes(String(wave))),
      )
    })
  }

  test('the first digit of the software release is the wave (W 10.2)', async () => {
    const app = await browser.openApp('', { ...drive, wave: 2 })
    assert.equal(await app.run('Device.GetSoftwareRelease()'), '21.09.46.60_NAC-r0')
  })

  test('an event of another wave is not fired either (W 10)', async () => {
    const app = await browser.openApp(
      `<script>seen = []; Privacy.addEventListener('ModeFull', function () { seen.push('ModeFull') })
      Privacy.addEventListener('ModePublic', function () { seen.push('ModePublic') })</script>`,
      { ...drive, wave: 4 },
    )
    await app.post(
      { pillion: 'event', event: { emitter: 'Privacy', name: 'ModeFull' } },
      { pillion: 'event', event: { emitter: 'Privacy', name: 'ModePublic' } },
    )
    assert.deepEqual(await app.run('seen'), ['ModePublic'])
  })

  test('no row throws for an app that passes nothing (W 5.3)', async () => {
    const calls = [
      ...allRows.map(([, call]) => call.replace(/\(.+\)/, '()')),
      'Navigation.LaunchGuidance()',
      'Navigation.LaunchGuidanceWaypoints()',
      'WebPortal.showPopup()',
    ]
    const app = await browser.openApp(readAtStart(calls), drive)
    const seen = (await app.run('seen')) as unknown[]
    assert.deepEqual(
      seen.filter((value) => String(value).startsWith('thrown')),
      [],
    )
  })

  const { position, media, radio } = drive
  assert.ok(position)
  const long = 'é'.repeat(300)
  const bounds: [call: string, section: string, signals: Partial<FrameState>, returns: unknown][] = [
    ['Car.GetSpeed()', 'W 10.1', { speedKmh: 999.5 }, 999],
    ['Car.GetSpeed()', 'W 10.1', { speedKmh: -3 }, 0],
    ['Car.GetMileage()', 'W 10.1', { mileageKm: 1e9 }, 999_999_999],
    ['Car.GetAutonomy()', 'W 10.1', { autonomyKm: 1_000 }, 999],
    ['Car.GetFuelAutonomy()', 'W 10.1', { fuelAutonomyKm: 10_000 }, 9_999],
    ['Car.GetBatteryAutonomy()', 'W 10.1', { batteryAutonomyKm: 10_000 }, 9_999],
    ['Car.GetFuelLevel()', 'W 10.1', { fuelLevelPercent: 100.6 }, 100],
    ['Car.GetBatteryLevel()', 'W 10.1', { batteryLevelPercent: -1 }, 0],
    ['Car.GetFuelUnit()', 'W 10.1', { fuelUnit: 'l' }, 'l'],
    ['Car.GetDayNightStatus()', 'W 10.1', { dayNight: 'day' }, 0],
    ['Device.GetDistanceUnit()', 'W 10.2', { distanceUnit: 'km' }, 'km'],
    ['Device.GetSpeedUnit()', 'W 10.2', { speedUnit: 'km/h' }, 'km/h'],
    ['Device.GetInternetStatus()', 'W 10.2', { online: false }, false],
    ['Device.GetHMIFocus()', 'W 10.2', { focus: false }, false],
    ['Media.GetAlbumName()', 'W 10.4', { media: { ...media, album: long } }, long.slice(0, 254)],
    ['Media.GetArtistName()', 'W 10.4', { media: { ...media, artist: long } }, long.slice(0, 254)],
    ['Media.GetFolderName()', 'W 10.4', { media: { ...media, folder: long } }, long.slice(0, 254)],
    ['Media.GetTrackName()', 'W 10.4', { media: { ...media, track: long } }, long.slice(0, 32)],
    ['Media.GetTrackName()', 'W 10.4', { media: { ...media, track: `${'x'.repeat(31)}🚗` } }, 'x'.repeat(31)],
    ['Media.GetCurrentTrack()', 'W 10.4', { media: { ...media, trackNumber: -1 } }, -1],
    ['Media.GetTotalTracks()', 'W 10.4', { media: { ...media, trackCount: 12_000 } }, 9_998],
    ['Navigation.GetCurrentPositionLatitude()', 'W 10.5', { position: null }, undefined],
    ['Navigation.GetCurrentPositionLongitude()', 'W 10.5', { position: null }, undefined],
    [
      'String(Navigation.GetCurrentPositionLongitude())',
      'W 10.5',
      { position: { ...position, longitude: -122.4194155 } },
      '-122.41942',
    ],
    [
      'Navigation.GetCurrentPositionLatitude()',
      'W 10.5',
      { position: { ...position, latitude: -0.0000001 } },
      0,
    ],
    ['Navigation.GetNextWaypoint.ETAHours()', 'W 10.5', { nextWaypoint: null }, undefined],
    ['Navigation.GetNextWaypoint.ETAMinutes()', 'W 10.5', { nextWaypoint: null }, undefined],
    ['Radio.GetPreset()', 'W 10.6', { radio: { ...radio, preset: 6 } }, 5],
    ['Radio.PTY()', 'W 10.6', { radio: { ...radio, programmeType: 0 } }, false],
    ['Radio.PTY()', 'W 10.6', { radio: { ...radio, programmeType: 32 } }, 31],
  ]

  describe('as the vehicle changes', () => {
    let app: TestApp
    before(async () => {
      app = await browser.openApp('', drive)
    })
    for (const [call, section, signals, returns] of bounds) {
      const told = JSON.stringify(signals).slice(0, 60)
      test(`${call} with ${told} (${section})`, async () => {
        await app.post({ pillion: 'state', state: { ...drive, ...signals } })
        assert.equal(await app.run(call), returns)
      })
    }
  })

  test('the time is that of loading, and later of the last GetTime() (W 10.1)', async () => {
    const read = '[Car.Time.Hours(), Car.Time.Minutes(), Car.Time.OffsetUTC()]'
    const app = await browser.openApp(`<script>seen = ${read}</script>`, drive)
    const later = { ...drive, timeMs: Date.UTC(2026, 0, 1, 23, 59, 59), utcOffsetMinutes: 60 }
    await app.post({ pillion: 'state', state: later })
    assert.deepEqual(await app.run(`[seen, ${read}]`), [
      [21, 30, '-0330'],
      [21, 30, '-0330'],
    ])
    assert.deepEqual(await app.run(`[Car.GetTime(), ${read}]`), [true, [0, 59, '0100']])
  })

  test('without a vehicle time it is the machine’s clock, in the vehicle’s zone (W 10.1)', async () => {
    const app = await browser.openApp('', { ...drive, timeMs: null, utcOffsetMinutes: 120 })
    const [before, , hours, minutes, after] = (await app.run(
      '[Date.now(), Car.GetTime(), Car.Time.Hours(), Car.Time.Minutes(), Date.now()]',
    )) as [number, true, number, number, number]
    const clock = (ms: number) => new Date(ms + 7_200_000).toISOString().slice(11, 16)
    const told = `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`
    assert.ok([clock(before), clock(after)].includes(told), told)
  })
})
