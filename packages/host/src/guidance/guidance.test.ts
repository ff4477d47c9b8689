import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { GuidanceRequest } from '@pillion/schema'
import type { FakeApp } from '@pillion/testkit'
import { forget, TestHost } from '../test-host.ts'
import { distanceMeters, pointBetween } from './geography.ts'
import { readKeptGuidance } from './kept-guidance.ts'

const paris = { latitude: 48.8566, longitude: 2.3522 }
const etoile = { latitude: 48.8738, longitude: 2.295 }
const louvre = { latitude: 48.8606, longitude: 2.3376 }

const successful = 'Navigation RouteCalculationSuccessful'
const failed = 'Navigation RouteCalculationFailed'
const cancelled = 'Navigation RouteCalculationCancelled'
const reached = 'Navigation WebDestinationReached'

describe('W 8.2 a request that was answered with true', () => {
  test('is calculated for a second, then RouteCalculationSuccessful once, to the app that asked', () => {
    const bench = new TestHost()
    const other = bench.launchHidden('beta')
    const app = bench.launch('alpha')
    forget(other)
    launch(app, { label: 'Étoile' })
    assert.deepEqual(app.happened, [])
    assert.equal(bench.host.view.guidance.state, 'calculating')
    bench.clock.advance(999)
    assert.deepEqual(app.happened, [])
    bench.clock.advance(1)
    assert.deepEqual(app.happened, [successful])
    bench.clock.advance(60_000)
    assert.deepEqual(app.happened, [successful])
    assert.deepEqual(other.happened, [])
    const { state, idApp, label, destination } = bench.host.view.guidance
    assert.deepEqual(
      { state, idApp, label, destination },
      {
        state: 'guiding',
        idApp: 'alpha',
        label: 'Étoile',
        destination: etoile,
      },
    )
  })

  test('fails without a position: RouteCalculationFailed, and there is no guidance', () => {
    const bench = new TestHost({ vehicle: { position: null } })
    const app = bench.launch('alpha')
    launch(app)
    bench.clock.advance(1_000)
    assert.deepEqual(app.happened, [failed])
    assert.equal(bench.host.view.guidance.state, 'none')
  })

  for (const [name, change] of [
    ['privacy has changed since', (bench: TestHost) => bench.host.setVehicle({ privacyMode: 'Geoloc' })],
    ['a popup has appeared since', (bench: TestHost) => bench.sendPopup('beta')],
  ] as const) {
    test(`${name}: RouteCalculationCancelled, but not before the method has returned (W 8.3)`, () => {
      const bench = new TestHost()
      const app = bench.launch('alpha')
      change(bench)
      forget(app)
      launch(app)
      assert.deepEqual(app.happened, [])
      bench.clock.advance(0)
      assert.deepEqual(app.happened, [cancelled])
      assert.equal(bench.host.view.guidance.state, 'none')
    })
  }

  test('a popup that is only queued does not block', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.sendPopup('beta')
    bench.sendPopup('beta')
    bench.host.pressReturn()
    assert.equal(bench.host.view.popupsOutstanding, 1)
    launch(app)
    bench.clock.advance(1_000)
    assert.deepEqual(app.happened, [successful])
  })

  test('an update of the software cancels the calculation: RouteCalculationCancelled (W 8.3)', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    launch(app)
    bench.host.setVehicle({ softwareRelease: '41.09.47.00_NAC-r0' })
    bench.clock.advance(10_000)
    assert.deepEqual(app.happened, [cancelled])
  })

  test('nothing else that the vehicle says does, and an update leaves a guidance under way alone', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    launch(app)
    bench.host.setVehicle({ mileageKm: 1 })
    bench.clock.advance(1_000)
    bench.host.setVehicle({ softwareRelease: '41.09.47.00_NAC-r0' })
    assert.deepEqual(app.happened, [successful])
    assert.equal(bench.host.view.guidance.state, 'guiding')
  })

  test('the user stops the calculation: RouteCalculationCancelled; stops the guidance: nothing more', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    launch(app)
    bench.host.stopGuidance()
    assert.deepEqual(app.happened, [cancelled])
    forget(app)
    guide(bench, app)
    bench.host.stopGuidance()
    bench.clock.advance(10_000)
    assert.deepEqual(app.happened, [successful])
    assert.equal(bench.host.view.guidance.state, 'none')
    assert.equal(bench.clock.waiting, 0)
  })

  test('a second request in the first’s calculation cancels that: one event for each', () => {
    const bench = new TestHost()
    const first = bench.launchHidden('beta')
    const second = bench.launch('alpha')
    forget(first)
    launch(first)
    launch(second)
    bench.clock.advance(5_000)
    assert.deepEqual([first.happened, second.happened], [[cancelled], [successful]])
  })

  test('an app that reloaded itself meanwhile gets no answer to what it never asked', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    launch(app)
    app.reload()
    app.announce()
    forget(app)
    bench.clock.advance(1_000)
    assert.deepEqual(app.happened, [])
    assert.equal(bench.host.view.guidance.state, 'guiding')
  })

  for (const [name, request] of [
    ['no request', undefined],
    ['no destination', { waypoints: [], label: '', confirms: false }],
    ['a destination off the map', { destination: { latitude: 91, longitude: 0 }, waypoints: [], label: '' }],
    ['ten waypoints', { destination: etoile, waypoints: Array(10).fill(louvre), label: '' }],
    ['a waypoint that is none', { destination: etoile, waypoints: [null], label: '' }],
    ['a label of 60 characters', { destination: etoile, waypoints: [], label: 'x'.repeat(60) }],
  ] as const) {
    test(`${name}, posted past the frame script, is ignored and logged (W 5)`, () => {
      const bench = new TestHost()
      const app = bench.launch('alpha')
      app.post({ pillion: 'guidance', request })
      bench.clock.advance(1_000)
      assert.deepEqual(app.happened, [])
      assert.deepEqual(bench.reasons('ignored'), ['message_malformed'])
    })
  }

  test('nine waypoints and a label of 59 characters are taken (W 8.1)', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    guide(bench, app, { waypoints: Array(9).fill(louvre), label: 'x'.repeat(59) })
    assert.deepEqual(app.happened, [successful])
    assert.ok(bench.host.view.guidance.route.length <= 91)
  })

  test('what the frame refused is in the log', () => {
    const bench = new TestHost()
    bench.launch('alpha').post({ pillion: 'guidanceRefused', reason: 'popup' })
    assert.match(bench.log.at(-1)?.text ?? '', /popup/)
  })
})

describe('W 8.1 a running guidance', () => {
  test('is replaced without a question unless the request wants one', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    guide(bench, app)
    forget(app)
    launch(app, { destination: louvre })
    assert.equal(bench.host.view.guidance.question, undefined)
    bench.clock.advance(1_000)
    assert.deepEqual(app.happened, [successful])
    assert.deepEqual(bench.host.view.guidance.destination, louvre)
  })

  test('is not asked about when there is none', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    guide(bench, app, { confirms: true })
    assert.deepEqual(app.happened, [successful])
  })

  test('is asked about while it is calculated, too, and no more when its destination is reached', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    launch(app)
    launch(app, { confirms: true, label: 'Louvre' })
    assert.equal(bench.host.view.guidance.question?.label, 'Louvre')
    bench.host.answerGuidance(false)
    bench.clock.advance(1_000)
    bench.host.setVehicle({ position: etoile })
    assert.deepEqual(app.happened, [cancelled, successful, reached])
    launch(app, { confirms: true })
    assert.equal(bench.host.view.guidance.question, undefined)
    assert.equal(bench.host.view.guidance.state, 'calculating')
  })

  test('is asked about no longer than the document is there that asked', () => {
    for (const leave of [
      (bench: TestHost) => bench.host.reloadApp('alpha'),
      (bench: TestHost) => bench.host.setApps([]),
      (bench: TestHost) => bench.frames.get('alpha').reload(),
    ]) {
      const { bench } = askedBench()
      leave(bench)
      assert.equal(bench.host.view.guidance.question, undefined)
      bench.host.answerGuidance(true)
      assert.deepEqual(bench.host.view.guidance.destination, etoile)
      assert.equal(bench.host.view.guidance.state, 'guiding')
    }
    const { bench } = askedBench()
    bench.launch('beta').reload()
    assert.equal(bench.host.view.guidance.question?.label, 'Louvre')
  })

  test('declined: RouteCalculationCancelled, and the guidance goes on', () => {
    const { bench, app } = askedBench()
    assert.deepEqual(bench.host.view.guidance.question, { idApp: 'alpha', label: 'Louvre' })
    bench.clock.advance(60_000)
    assert.deepEqual(app.happened, [])
    bench.host.answerGuidance(false)
    assert.deepEqual(app.happened, [cancelled])
    assert.equal(bench.host.view.guidance.question, undefined)
    assert.deepEqual(bench.host.view.guidance.destination, etoile)
    assert.equal(bench.host.view.guidance.state, 'guiding')
  })

  test('accepted: the new one is calculated', () => {
    const { bench, app } = askedBench()
    bench.host.answerGuidance(true)
    assert.equal(bench.host.view.guidance.state, 'calculating')
    bench.clock.advance(1_000)
    assert.deepEqual(app.happened, [successful])
    assert.deepEqual(bench.host.view.guidance.destination, louvre)
  })

  test('a second question takes the place of the first, which is cancelled', () => {
    const { bench, app } = askedBench()
    launch(app, { confirms: true, label: 'Other' })
    assert.deepEqual(app.happened, [cancelled])
    assert.equal(bench.host.view.guidance.question?.label, 'Other')
    bench.host.answerGuidance(true)
    bench.clock.advance(1_000)
    assert.deepEqual(app.happened, [cancelled, successful])
  })

  test('the question is no popup: the apps’ popups and guidance are not refused for it (W 8.2)', () => {
    const { bench, app } = askedBench()
    assert.equal(app.state.popupDisplayed, false)
    assert.equal(bench.host.view.popup, undefined)
  })

  test('an answer without a question does nothing', () => {
    const bench = new TestHost()
    bench.host.answerGuidance(true)
    assert.equal(bench.host.view.guidance.state, 'none')
  })
})

describe('W 10.5 while guiding', () => {
  test('destination, maneuver, arrival and next waypoint are known before the event says so, and gone afterwards', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    app.onEvent = () => {
      assert.equal(app.state.destination?.address, 'Étoile')
      assert.notEqual(app.state.maneuver?.nextStreetName, '')
      assert.notEqual(app.state.journey, null)
      assert.notEqual(app.state.nextWaypoint, null)
    }
    guide(bench, app, { label: 'Étoile' })
    assert.deepEqual(app.happened, [successful])
    bench.host.stopGuidance()
    const { destination, maneuver, journey, nextWaypoint } = app.state
    assert.deepEqual([destination, maneuver, journey, nextWaypoint], [null, null, null, null])
  })

  test('the arrival is in the vehicle’s time, and the next waypoint comes before it', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.host.setVehicle({ timeMs: Date.UTC(2030, 0, 1, 22, 58), utcOffsetMinutes: 60 })
    guide(bench, app, { waypoints: [louvre] })
    assert.equal(app.state.journey?.arrival.hours, 0)
    assert.deepEqual(app.state.nextWaypoint, { arrival: { hours: 0, minutes: 0 } })
    assert.ok(Number(app.state.journey?.arrival.minutes) > 3)
  })

  test('the arrival gets later while the vehicle stands', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    guide(bench, app)
    const before = app.state.journey?.arrival.minutes ?? 0
    bench.clock.advance(10 * 60_000)
    assert.equal(app.state.journey?.arrival.minutes, before + 10)
  })

  test('the route leads from the position over the waypoints to the destination', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    guide(bench, app, { waypoints: [louvre] })
    const { route, remainingMeters } = bench.host.view.guidance
    assert.deepEqual(coordinates(route.at(0)), paris)
    assert.deepEqual(coordinates(route.at(-1)), etoile)
    assert.ok(route.some((point) => distanceMeters(point, louvre) === 0))
    assert.ok(route.length > 8)
    const straight = distanceMeters(paris, louvre) + distanceMeters(louvre, etoile)
    assert.ok(remainingMeters >= straight && remainingMeters < straight * 1.5)
  })

  test('a position set from outside moves it on; the destination reached is told once (W 8.3)', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    guide(bench, app)
    const { route, remainingMeters } = bench.host.view.guidance
    const middle = route[Math.floor(route.length / 2)]
    bench.host.setVehicle({ position: coordinates(middle) })
    assert.ok(bench.host.view.guidance.remainingMeters < remainingMeters)
    assert.deepEqual(bench.host.view.guidance.route, route)
    forget(app)
    bench.host.setVehicle({ position: etoile })
    bench.host.setVehicle({ position: { latitude: 48.8737 } })
    bench.clock.advance(60_000)
    assert.deepEqual(app.happened, [reached])
    assert.equal(bench.host.view.guidance.state, 'reached')
    assert.equal(app.state.destination, null)
  })

  test('who leaves the route gets another, without an event', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    guide(bench, app)
    forget(app)
    const lyon = { latitude: 45.764, longitude: 4.8357 }
    bench.host.setVehicle({ position: lyon })
    const { route, state } = bench.host.view.guidance
    assert.equal(state, 'guiding')
    assert.deepEqual([coordinates(route.at(0)), coordinates(route.at(-1))], [lyon, etoile])
    assert.deepEqual(app.happened, [])
  })

  test('a round trip is not over before it has begun', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    guide(bench, app, { waypoints: [louvre], destination: paris })
    // On the way home, 10 m from the end: also the first metres of the way out.
    const { route } = bench.host.view.guidance
    const position = pointBetween(paris, route.at(-2) ?? paris, 0.05)
    bench.host.setVehicle({ position })
    bench.clock.advance(5_000)
    assert.equal(bench.host.view.guidance.state, 'guiding')
    assert.deepEqual(app.happened, [successful])
  })

  test('WebDestinationReached reaches an app that was started anew on the way', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    guide(bench, app)
    app.reload()
    app.announce()
    forget(app)
    bench.host.setVehicle({ position: etoile })
    assert.deepEqual(app.happened, [reached])
  })
})

describe('driveRoute', () => {
  test('ends with the guidance, and the next one does not set off by itself', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    guide(bench, app)
    bench.host.driveRoute(1)
    bench.host.stopGuidance()
    bench.host.setVehicle({ speedKmh: 0 })
    guide(bench, app)
    assert.deepEqual([bench.host.view.guidance.drive, bench.host.view.vehicle.speedKmh], [0, 0])
    bench.host.driveRoute(0)
    assert.equal(bench.host.view.vehicle.speedKmh, 0)
  })

  test('the vehicle sets off, moves along the route and stops where it ends (W 8.3)', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    guide(bench, app)
    forget(app)
    const { mileageKm } = bench.host.view.vehicle
    const { remainingMeters } = bench.host.view.guidance
    bench.host.driveRoute(1)
    assert.equal(bench.host.view.vehicle.speedKmh, 50)
    bench.clock.advance(36_000)
    assert.ok(Math.abs(remainingMeters - bench.host.view.guidance.remainingMeters - 500) < 20)
    const { position } = bench.host.view.vehicle
    assert.ok(Math.abs(distanceMeters(paris, position ?? paris) - 500) < 100)
    bench.clock.advance(60 * 60_000)
    const { vehicle, guidance } = bench.host.view
    assert.deepEqual(app.happened, ['Car driverDistractionOn', 'Car driverDistractionOff', reached])
    assert.equal(vehicle.speedKmh, 0)
    assert.ok(distanceMeters(etoile, vehicle.position ?? paris) < 26)
    assert.ok(Math.abs(vehicle.mileageKm - mileageKm - remainingMeters / 1000) < 0.1)
    assert.equal(guidance.drive, 0)
    assert.equal(bench.clock.waiting, 0)
  })

  test('asked for before there is a route it begins with the route', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.host.driveRoute(10)
    assert.equal(bench.host.view.vehicle.speedKmh, 0)
    guide(bench, app)
    assert.equal(bench.host.view.vehicle.speedKmh, 50)
  })

  test('times ten it is ten times as far; at 0 it goes no further', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    guide(bench, app)
    const { remainingMeters } = bench.host.view.guidance
    bench.host.driveRoute(10)
    bench.clock.advance(5_000)
    const driven = remainingMeters - bench.host.view.guidance.remainingMeters
    assert.ok(Math.abs(driven - 694) < 30, String(driven))
    bench.host.driveRoute(0)
    const rest = bench.host.view.guidance.remainingMeters
    bench.clock.advance(5_000)
    assert.equal(bench.host.view.guidance.remainingMeters, rest)
  })

  test('it goes as fast as the speed says, and waits at 0', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    guide(bench, app)
    bench.host.driveRoute(1)
    bench.host.setVehicle({ speedKmh: 0 })
    const rest = bench.host.view.guidance.remainingMeters
    bench.clock.advance(60_000)
    assert.equal(bench.host.view.guidance.remainingMeters, rest)
  })
})

describe('a guidance outlasts its host, as a page does that is reloaded', () => {
  /** What a later host makes of it, with the signals that the page keeps, which are not those of the guidance. */
  function reload(bench: TestHost, apps?: []): TestHost {
    const guidance = readKeptGuidance(JSON.parse(JSON.stringify(bench.host.keptGuidance)))
    assert.deepEqual(guidance, bench.host.keptGuidance)
    const none = { destination: null, maneuver: null, journey: null, nextWaypoint: null }
    const vehicle = { ...bench.host.view.vehicle, ...none }
    return new TestHost({ vehicle, guidance, ...(apps ? { apps } : {}) })
  }

  test('it goes on where it was, drives on, and its app hears of the arrival (W 8.3)', () => {
    const bench = new TestHost()
    launch(bench.launch('alpha'), { waypoints: [louvre], label: 'Étoile' })
    bench.clock.advance(1_000)
    bench.host.driveRoute(10)
    bench.clock.advance(10_000)
    const { guidance, vehicle } = bench.host.view
    const later = reload(bench)
    assert.deepEqual(later.host.view.guidance, guidance)
    const { timeMs: _, ...told } = later.host.view.vehicle
    const { timeMs: __, ...before } = vehicle
    assert.deepEqual(
      { ...told, journey: null, nextWaypoint: null },
      { ...before, journey: null, nextWaypoint: null },
    )
    assert.ok(later.host.view.vehicle.journey)
    const app = later.launch('alpha')
    bench.clock.advance(5_000)
    later.clock.advance(5_000)
    assert.equal(later.host.view.guidance.remainingMeters, bench.host.view.guidance.remainingMeters)
    later.clock.advance(600_000)
    assert.deepEqual(
      app.happened.filter((name) => name.startsWith('Navigation')),
      [reached],
    )
    assert.equal(reload(later).host.view.guidance.state, 'reached')
  })

  test('a calculation begins again; the document that asked is gone, so nobody hears of it', () => {
    const bench = new TestHost()
    launch(bench.launch('alpha'))
    const later = reload(bench)
    const app = later.launch('alpha')
    assert.equal(later.host.view.guidance.state, 'calculating')
    later.clock.advance(1_000)
    assert.equal(later.host.view.guidance.state, 'guiding')
    assert.deepEqual(app.happened, [])
  })

  test('there is none to keep where there is none, and none of an app that has left the wall', () => {
    const bench = new TestHost()
    assert.equal(bench.host.keptGuidance, undefined)
    guide(bench, bench.launch('alpha'))
    assert.equal(reload(bench, []).host.view.guidance.state, 'none')
    bench.host.stopGuidance()
    assert.equal(bench.host.keptGuidance, undefined)
  })

  test('what is none is not taken', () => {
    const bench = new TestHost()
    guide(bench, bench.launch('alpha'))
    const kept = bench.host.keptGuidance
    const { trip } = kept ?? {}
    for (const wrong of [
      { state: 'none' },
      { idApp: 1 },
      { drive: -1 },
      { request: undefined },
      { trip: undefined },
      { trip: { ...trip, alongMeters: '1' } },
      { trip: { ...trip, start: null } },
      { trip: { ...trip, stops: [] } },
      { trip: { ...trip, stops: Array(11).fill(paris) } },
      { trip: { ...trip, stops: [{ latitude: 91, longitude: 0 }] } },
    ])
      assert.equal(readKeptGuidance({ ...kept, ...wrong }), undefined, JSON.stringify(wrong))
    for (const nothing of [undefined, null, 7, []]) assert.equal(readKeptGuidance(nothing), undefined)
    assert.ok(readKeptGuidance({ ...kept, trip: { ...trip, stops: Array(10).fill(paris) } }))
  })
})

test('a stopped host calculates nothing', () => {
  const bench = new TestHost()
  const app = bench.launch('alpha')
  launch(app)
  bench.host.stop()
  bench.host.answerGuidance(true)
  bench.host.driveRoute(1)
  assert.equal(bench.clock.waiting, 0)
})

function launch(app: FakeApp, request: Partial<GuidanceRequest> = {}): void {
  const whole = { destination: etoile, waypoints: [], label: '', confirms: false, ...request }
  app.post({ pillion: 'guidance', request: whole })
}

function guide(bench: TestHost, app: FakeApp, request: Partial<GuidanceRequest> = {}): void {
  launch(app, request)
  bench.clock.advance(1_000)
}

/** Guiding to the Étoile, and asked whether to the Louvre instead. */
function askedBench(): { bench: TestHost; app: FakeApp } {
  const bench = new TestHost()
  const app = bench.launch('alpha')
  guide(bench, app)
  launch(app, { destination: louvre, label: 'Louvre', confirms: true })
  forget(app)
  return { bench, app }
}

function coordinates(point: { latitude: number; longitude: number } | undefined) {
  return { latitude: point?.latitude ?? 0, longitude: point?.longitude ?? 0 }
}
