import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { forget, TestHost, VIN } from './test-host.ts'

describe('W 9.2 privacy', () => {
  for (const [mode, event] of [
    ['Geoloc', 'Privacy ModeGeoloc'],
    ['Private', 'Privacy ModeFull'],
  ] as const) {
    test(`entering ${mode} fires ${event} to all loaded apps, whose getters already know`, () => {
      const bench = new TestHost()
      const hidden = bench.launchHidden('beta')
      const app = bench.launch('alpha')
      forget(hidden)
      app.onEvent = () => assert.equal(app.state.privacyMode, mode)
      bench.host.setVehicle({ privacyMode: mode })
      assert.equal(app.happened[0], event)
      assert.equal(hidden.happened[0], event)
    })
  }

  test('leaving for Public fires ModePublic', () => {
    const bench = new TestHost({ vehicle: { privacyMode: 'Geoloc' } })
    const app = bench.launch('alpha')
    bench.host.setVehicle({ privacyMode: 'Public' })
    assert.deepEqual(app.happened, ['Privacy ModePublic'])
  })

  test('entering Private also fires connectivityOff after the privacy event and ends the connection; leaving it is the reverse', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.host.setVehicle({ privacyMode: 'Private' })
    assert.deepEqual(app.happened, ['Privacy ModeFull', 'Connectivity connectivityOff'])
    assert.equal(app.state.online, false)
    assert.equal(bench.transport.allowed, false)
    assert.equal(bench.host.view.connection, 'offline')
    forget(app)
    bench.host.setVehicle({ privacyMode: 'Public' })
    assert.deepEqual(app.happened, ['Privacy ModePublic'])
    assert.equal(bench.transport.allowed, true)
    assert.equal(bench.host.view.connection, 'connecting')
    bench.transport.connect()
    assert.deepEqual(app.happened, ['Privacy ModePublic', 'Connectivity connectivityOn'])
    assert.equal(app.state.online, true)
  })

  test('leaving Private without network fires no connectivityOn', () => {
    const bench = new TestHost({ vehicle: { privacyMode: 'Private', network: false } })
    const app = bench.launch('alpha')
    bench.host.setVehicle({ privacyMode: 'Public' })
    assert.deepEqual(app.happened, ['Privacy ModePublic'])
    assert.equal(bench.transport.allowed, false)
  })

  test('in Private mode a frame is told neither VIN nor speed, which an app could read past the getters', () => {
    const bench = new TestHost({ vehicle: { speedKmh: 50 } })
    const app = bench.launch('alpha')
    assert.deepEqual([app.state.vin, app.state.speedKmh], [VIN, 50])
    bench.host.setVehicle({ privacyMode: 'Private' })
    assert.deepEqual([app.state.vin, app.state.speedKmh, app.state.driving], ['', 0, true])
  })

  test('a host that starts in Private mode asks for no connection', () => {
    const bench = new TestHost({ vehicle: { privacyMode: 'Private' } })
    assert.equal(bench.transport.allowed, false)
    assert.equal(bench.host.view.connection, 'offline')
  })
})

describe('W 9.3 connectivity', () => {
  test('network off fires connectivityOff to all loaded apps, whose getters already know', () => {
    const bench = new TestHost()
    const hidden = bench.launchHidden('beta')
    const app = bench.launch('alpha')
    forget(hidden)
    app.onEvent = () => assert.equal(app.state.online, false)
    bench.host.setVehicle({ network: false })
    assert.deepEqual(app.happened, ['Connectivity connectivityOff'])
    assert.deepEqual(hidden.happened, ['Connectivity connectivityOff'])
    assert.equal(bench.transport.allowed, false)
  })

  test('network on fires connectivityOn when the connection is there, so that what the app then sends is sent', async () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.host.setVehicle({ network: false })
    app.onEvent = () => app.send('back')
    bench.host.setVehicle({ network: true })
    bench.transport.connect()
    await Promise.resolve()
    assert.equal(app.happened.at(-1), 'Connectivity connectivityOn')
    assert.deepEqual(
      bench.transport.published.map(({ text }) => text),
      ['{"content":"back"}'],
    )
  })

  test('a connection that is reported after the network went off does not count', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.host.setVehicle({ network: false })
    forget(app)
    bench.transport.connect()
    bench.transport.disconnect()
    assert.deepEqual(app.happened, [])
    assert.equal(app.state.online, false)
  })

  test('a lost connection is connectivityOff, too, and the view says so', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.transport.disconnect()
    assert.deepEqual(app.happened, ['Connectivity connectivityOff'])
    assert.equal(bench.host.view.connection, 'connecting')
  })

  test('a downlink that arrives after the network went off is dropped: vehicle_offline', () => {
    const bench = new TestHost()
    bench.host.setVehicle({ network: false })
    bench.send('alpha', 1)
    bench.sendPopup('alpha')
    assert.deepEqual(bench.host.view.drops, { vehicle_offline: 2 })
    assert.equal(bench.host.view.popup, undefined)
  })

  test('an app that is loading hears of it, since it has read the old value', () => {
    const bench = new TestHost()
    bench.host.openApp('alpha')
    const app = bench.frames.get('alpha')
    app.load()
    bench.host.setVehicle({ network: false })
    assert.deepEqual(app.happened, ['Connectivity connectivityOff'])
  })

  test('a change between the opening of the frame and its first script is known to that script', () => {
    const bench = new TestHost()
    bench.host.openApp('alpha')
    bench.host.setVehicle({ network: false })
    const app = bench.frames.get('alpha')
    app.load()
    assert.equal(app.state.online, false)
  })
})

test('driving begins above 5 km/h, with driverDistractionOn, and ends with driverDistractionOff (W 9.1)', () => {
  const bench = new TestHost()
  const app = bench.launch('alpha')
  bench.host.setVehicle({ speedKmh: 5 })
  assert.deepEqual([app.happened, app.state.driving], [[], false])
  bench.host.setVehicle({ speedKmh: 6 })
  assert.deepEqual([app.happened, app.state.driving], [['Car driverDistractionOn'], true])
  bench.host.setVehicle({ speedKmh: 130 })
  bench.host.setVehicle({ speedKmh: 0 })
  assert.deepEqual(app.happened, ['Car driverDistractionOn', 'Car driverDistractionOff'])
})

describe('W 9.4 settings', () => {
  for (const [change, event] of [
    [{ speedUnit: 'mph' }, 'Car speedUnit'],
    [{ distanceUnit: 'miles' }, 'Car distanceUnit'],
    [{ fuelUnit: 'gal' }, 'Car fuelUnit'],
    [{ theme: 3 }, 'HMI.Settings themeSet'],
    [{ language: 'de-DE' }, 'HMI.Settings languageSet'],
  ] as const) {
    test(`${Object.keys(change)} fires ${event} to all loaded apps, whose getters already know`, () => {
      const bench = new TestHost()
      const hidden = bench.launchHidden('beta')
      const app = bench.launch('alpha')
      forget(hidden)
      app.onEvent = () => assert.deepEqual({ ...app.state, ...change }, app.state)
      bench.host.setVehicle(change)
      assert.deepEqual(app.happened, [event])
      assert.deepEqual(hidden.happened, [event])
    })
  }

  test('one change that brings everything fires privacy, connectivity, units, theme, language, driving, in this order (W 9)', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.host.setVehicle({
      speedKmh: 90,
      language: 'de-DE',
      theme: 1,
      fuelUnit: 'gal',
      distanceUnit: 'miles',
      speedUnit: 'mph',
      privacyMode: 'Private',
    })
    assert.deepEqual(app.happened, [
      'Privacy ModeFull',
      'Connectivity connectivityOff',
      'Car speedUnit',
      'Car distanceUnit',
      'Car fuelUnit',
      'HMI.Settings themeSet',
      'HMI.Settings languageSet',
      'Car driverDistractionOn',
    ])
  })

  test('what has no event is known to the getters at once (W 10)', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.host.setVehicle({ mileageKm: 7, media: { track: 'One' }, position: null })
    assert.deepEqual([app.state.mileageKm, app.state.media.track, app.state.position], [7, 'One', null])
    assert.deepEqual(app.happened, [])
  })
})

test('a theme that the brand does not have is not set, and noted; another brand takes its first then (W 11.6)', () => {
  const bench = new TestHost({ vehicle: { brand: 4, theme: 1 } })
  const app = bench.launch('alpha')
  bench.host.setVehicle({ theme: 9, speedUnit: 'mph' })
  assert.deepEqual([app.state.theme, app.happened], [1, ['Car speedUnit']])
  assert.equal(bench.log.filter(({ kind }) => kind === 'theme_unknown').length, 1)
  forget(app)
  bench.host.setVehicle({ brand: 2, theme: 9 })
  assert.deepEqual([app.state.theme, app.happened], [9, ['HMI.Settings themeSet']])
  bench.host.setVehicle({ brand: 4 })
  assert.deepEqual([app.state.brand, app.state.theme], [4, 0])
})

test('setting what is set already fires nothing, posts nothing and makes no new view (W 9)', () => {
  const bench = new TestHost()
  const app = bench.launch('alpha')
  const { state } = app
  const { view } = bench.host
  bench.host.setVehicle({ privacyMode: 'Public', network: true, language: 'en-GB', speedKmh: 0, media: {} })
  assert.deepEqual(app.happened, [])
  assert.equal(app.state, state)
  assert.equal(bench.host.view, view)
})

describe('W 9.2 what a frame is told', () => {
  const signals = {
    speedKmh: 50,
    destination: { latitude: 1, longitude: 2 },
    journey: { arrival: { hours: 7 } },
  }
  for (const [mode, speedKmh, knowsPlace] of [
    ['Public', 50, true],
    ['Geoloc', 50, false],
    ['Private', 0, false],
  ] as const) {
    test(`${mode}: speed ${speedKmh}, position and guidance ${knowsPlace ? 'as they are' : 'withheld'}`, () => {
      const bench = new TestHost()
      const app = bench.launch('alpha')
      bench.host.setVehicle({ ...signals, privacyMode: mode })
      const { position, destination, maneuver, journey, nextWaypoint } = app.state
      assert.equal(app.state.speedKmh, speedKmh)
      assert.deepEqual([position !== null, destination !== null, journey !== null], Array(3).fill(knowsPlace))
      assert.deepEqual([maneuver, nextWaypoint], [null, null])
    })
  }
})
