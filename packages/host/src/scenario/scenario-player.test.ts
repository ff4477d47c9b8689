import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import type { VehicleSignals } from '@pillion/schema'
import { forget, TestHost } from '../test-host.ts'
import { readKeptRecording } from './kept-recording.ts'
import { parseScenario } from './parse-scenario.ts'
import type { Scenario } from './scenario.ts'
import { readScenarioPlace, type ScenarioPlace } from './scenario-place.ts'
import { ScenarioPlayer } from './scenario-player.ts'
import { ScenarioRecorder } from './scenario-recorder.ts'
import { writeScenario } from './write-scenario.ts'

const tunnel = `
name: Tunnel
steps:
  - at: 0
    note: Off.
    set: { speedKmh: 90, network: true }
  - at: 10
    note: In.
    set: { network: false }
  - at: 10
    over: 10
    set: { speedKmh: 50, dayNight: night }
  - at: 30
    note: Out.
    set: { network: true, dayNight: day }
`

describe('ScenarioPlayer', () => {
  test('sets each signal at its time, and ends', () => {
    const { bench, player } = open(tunnel)
    assert.equal(player.view.state, 'paused')
    player.play()
    assert.deepEqual(signalsOf(bench, 'speedKmh', 'network'), [90, true])
    bench.clock.advance(9_999)
    assert.deepEqual(signalsOf(bench, 'network'), [true])
    bench.clock.advance(1)
    assert.deepEqual(signalsOf(bench, 'network', 'dayNight'), [false, 'night'])
    assert.equal(player.view.note, 'In.')
    bench.clock.advance(20_000)
    assert.deepEqual(signalsOf(bench, 'network', 'dayNight'), [true, 'day'])
    const { state, atSeconds, durationSeconds, note } = player.view
    assert.deepEqual(
      { state, atSeconds, durationSeconds, note },
      {
        state: 'ended',
        atSeconds: 30,
        durationSeconds: 30,
        note: 'Out.',
      },
    )
    assert.equal(bench.clock.waiting, 0)
  })

  test('apps hear of it as of any other change (W 9)', () => {
    const { bench, player } = open(tunnel)
    const app = bench.launch('alpha')
    player.play()
    bench.clock.advance(10_000)
    assert.deepEqual(app.happened, ['Car driverDistractionOn', 'Connectivity connectivityOff'])
  })

  test('numbers glide, all else changes at once', () => {
    const { bench, player } = open(tunnel)
    player.play()
    bench.clock.advance(15_000)
    assert.deepEqual(signalsOf(bench, 'speedKmh', 'dayNight'), [70, 'night'])
    bench.clock.advance(5_000)
    assert.deepEqual(signalsOf(bench, 'speedKmh'), [50])
  })

  test('on their way degrees have six decimals, milliseconds none, all else one: apps show what they get', () => {
    const { bench, player } = open(`
name: a
steps:
  - { at: 0, set: { fuelLevelPercent: 50, timeMs: 0, position: { latitude: 48 } } }
  - { at: 0, over: 3, set: { fuelLevelPercent: 51, timeMs: 1000, position: { latitude: 49 } } }`)
    player.play()
    bench.clock.advance(1_000)
    const { fuelLevelPercent, timeMs, position } = bench.host.view.vehicle
    assert.deepEqual([fuelLevelPercent, timeMs, position?.latitude], [50.3, 333, 48.333333])
    bench.clock.advance(2_000)
    assert.deepEqual(signalsOf(bench, 'fuelLevelPercent', 'timeMs'), [51, 1000])
  })

  test('a code such as the theme does not glide, and a glide ends where another step sets the same', () => {
    const { bench, player } = open(`
name: a
steps:
  - { at: 0, over: 10, set: { theme: 4, speedKmh: 100, position: { latitude: 50 } } }
  - { at: 5, set: { speedKmh: 7, position: null } }
  - { at: 20 }`)
    player.play()
    assert.deepEqual(signalsOf(bench, 'theme'), [4])
    bench.clock.advance(20_000)
    assert.deepEqual(signalsOf(bench, 'speedKmh', 'position'), [7, null])
  })

  test('pauses and goes on from there', () => {
    const { bench, player } = open(tunnel)
    player.play()
    bench.clock.advance(9_000)
    player.pause()
    bench.clock.advance(60_000)
    assert.deepEqual([player.view.state, player.view.atSeconds], ['paused', 9])
    assert.deepEqual(signalsOf(bench, 'network'), [true])
    assert.equal(bench.clock.waiting, 0)
    player.play()
    bench.clock.advance(1_000)
    assert.deepEqual(signalsOf(bench, 'network'), [false])
  })

  test('a tenth of the time at ten times the speed, also when it is changed on the way', () => {
    const { bench, player } = open(tunnel)
    player.setSpeed(10)
    player.play()
    bench.clock.advance(999)
    assert.deepEqual(signalsOf(bench, 'network'), [true])
    bench.clock.advance(1)
    assert.deepEqual(signalsOf(bench, 'network'), [false])
    player.setSpeed(1)
    bench.clock.advance(19_999)
    assert.deepEqual(signalsOf(bench, 'network'), [false])
    bench.clock.advance(1)
    assert.deepEqual(signalsOf(bench, 'network'), [true])
  })

  for (const [asked, speed] of [
    [0, 1],
    [Number.NaN, 1],
    [1_000, 1_000],
    [1_001, 1_000],
  ] as const) {
    test(`asked for ${asked} × it plays at ${speed} ×`, () => {
      const { player } = open(tunnel)
      player.setSpeed(asked)
      assert.equal(player.view.speed, speed)
    })
  }

  test('seeking applies all earlier steps as one change: apps hear what is different, not what happened in between', () => {
    const { bench, player } = open(tunnel)
    const app = bench.launch('alpha')
    player.seek(30)
    assert.deepEqual(signalsOf(bench, 'speedKmh', 'network', 'dayNight'), [50, true, 'day'])
    assert.deepEqual(app.happened, ['Car driverDistractionOn'])
    assert.equal(player.view.note, 'Out.')
  })

  test('seeking into a glide is as having played it', () => {
    const { bench, player } = open(tunnel)
    player.seek(15)
    assert.deepEqual(signalsOf(bench, 'speedKmh', 'network'), [70, false])
    player.play()
    bench.clock.advance(2_500)
    assert.deepEqual(signalsOf(bench, 'speedKmh'), [60])
  })

  test('seeking back undoes what comes later, and leaves alone what the scenario does not touch', () => {
    const { bench, player } = open(tunnel)
    player.seek(15)
    bench.host.setVehicle({ theme: 3 })
    player.seek(5)
    assert.deepEqual(signalsOf(bench, 'speedKmh', 'network', 'dayNight', 'theme'), [90, true, 'day', 3])
  })

  test('seeking while playing goes on from there; beyond the end is the end', () => {
    const { bench, player } = open(tunnel)
    player.play()
    player.seek(29)
    assert.equal(bench.clock.waiting, 1)
    bench.clock.advance(1_000)
    assert.equal(player.view.state, 'ended')
    player.seek(99)
    assert.deepEqual([player.view.state, player.view.atSeconds], ['paused', 30])
    player.seek(-1)
    assert.equal(player.view.atSeconds, 0)
  })

  test('at its end it begins again if it is to loop', () => {
    const { bench, player } = open(tunnel)
    player.setLoop(true)
    player.play()
    bench.clock.advance(35_000)
    assert.deepEqual(signalsOf(bench, 'speedKmh', 'network'), [90, true])
    assert.deepEqual([player.view.state, player.view.atSeconds], ['playing', 5])
    bench.clock.advance(5_000)
    assert.deepEqual(signalsOf(bench, 'network'), [false])
  })

  test('a scenario without length does not loop', () => {
    const { player } = open('name: a\nsteps: [{ at: 0, set: { speedKmh: 3 } }]')
    player.setLoop(true)
    player.play()
    assert.equal(player.view.state, 'ended')
  })

  test('played again after its end it begins at the beginning', () => {
    const { bench, player } = open(tunnel)
    player.play()
    bench.clock.advance(30_000)
    player.play()
    assert.deepEqual([player.view.atSeconds, ...signalsOf(bench, 'speedKmh')], [0, 90])
  })

  test('a clock that jumps by days plays the rest of the round and the last one: a page sleeps, too', () => {
    const { bench, player } = open(tunnel)
    let changes = 0
    const { setVehicle } = bench.host
    bench.host.setVehicle = (change) => {
      changes += 1
      setVehicle.call(bench.host, change)
    }
    const clock = new LateClock(bench)
    const late = new ScenarioPlayer({ clock, scenario: player.scenario, vehicle: bench.host })
    late.setLoop(true)
    late.setSpeed(1_000)
    late.play()
    changes = 0
    clock.sleep(3 * 86_400_000)
    assert.ok(changes > 4 && changes < 30, String(changes))
    assert.deepEqual([late.view.state, late.view.atSeconds], ['playing', 0])
  })

  test('a step may say that the vehicle follows the route an app asked for', () => {
    const { bench, player } = open(`
name: a
steps:
  - { at: 5, drive: true }
  - { at: 8, drive: false }
  - { at: 9 }`)
    player.setSpeed(2)
    player.play()
    assert.equal(bench.host.view.guidance.drive, 0)
    bench.clock.advance(2_500)
    assert.equal(bench.host.view.guidance.drive, 2)
    bench.clock.advance(1_500)
    assert.equal(bench.host.view.guidance.drive, 0)
  })

  test('one that says nothing of it leaves driving to the user', () => {
    const { bench, player } = open(tunnel)
    bench.host.driveRoute(1)
    player.play()
    bench.clock.advance(30_000)
    assert.equal(bench.host.view.guidance.drive, 1)
  })

  test('one that is given the place of another goes on from there, in the middle of a glide and of a round', () => {
    const first = open(tunnel)
    first.player.setLoop(true)
    first.player.setSpeed(2)
    first.player.play()
    first.bench.clock.advance(7_500)
    assert.deepEqual(signalsOf(first.bench, 'speedKmh', 'network'), [70, false])
    const place = readScenarioPlace(JSON.parse(JSON.stringify(first.player.place)))
    assert.deepEqual(place, first.player.place)
    const vehicle = { ...first.bench.host.view.vehicle, theme: 5 }
    const { bench, player } = open(tunnel, undefined, { vehicle, place })
    assert.deepEqual(
      [player.view, signalsOf(bench, 'speedKmh'), bench.clock.waiting],
      [{ ...first.player.view, state: 'paused' }, [70], 0],
    )
    player.play()
    bench.clock.advance(1_250)
    assert.deepEqual(signalsOf(bench, 'speedKmh'), [60])
    bench.clock.advance(6_250)
    assert.deepEqual(
      [player.view.note, ...signalsOf(bench, 'speedKmh', 'network', 'theme')],
      ['Off.', 90, true, 5],
    )
    player.seek(0)
    player.pause()
    assert.deepEqual(signalsOf(bench, 'dayNight'), ['day'])
  })

  for (const [name, at] of [
    ['has not begun', 0],
    ['has ended', 99],
  ] as const) {
    test(`the place of one that ${name} begins at the beginning`, () => {
      const first = open(tunnel)
      if (at > 0) first.player.play()
      first.bench.clock.advance(at * 1_000)
      const { bench, player } = open(tunnel, undefined, { place: first.player.place })
      assert.equal(player.view.state, first.player.view.state)
      player.play()
      assert.deepEqual(
        [player.view.atSeconds, player.view.note, ...signalsOf(bench, 'speedKmh')],
        [0, 'Off.', 90],
      )
    })
  }

  test('what drives on the route drives on from the place of another', () => {
    const text = 'name: a\nsteps: [{ at: 1, drive: true }, { at: 9 }]'
    const first = open(text)
    first.player.play()
    first.bench.clock.advance(2_000)
    const { bench, player } = open(text, undefined, { place: first.player.place })
    assert.equal(bench.host.view.guidance.drive, 0)
    player.play()
    assert.equal(bench.host.view.guidance.drive, 1)
  })

  test('a place that is none is not taken', () => {
    const { place } = open(tunnel).player
    const glide = { path: 'speedKmh', from: 1, to: 2, startSeconds: 0, endSeconds: 1 }
    assert.ok(readScenarioPlace({ ...place, glides: [glide] }))
    for (const wrong of [
      { state: 'stopped' },
      { atSeconds: -1 },
      { atSeconds: '1' },
      { speed: 0 },
      { speed: 1_001 },
      { played: 0.5 },
      { played: 10_001 },
      { initial: { wings: 2 } },
      { glides: {} },
      ...[{ path: 'wings' }, { to: 'fast' }, { from: -1 }, { endSeconds: -1 }, { startSeconds: null }].map(
        (part) => ({ glides: [{ ...glide, ...part }] }),
      ),
    ])
      assert.equal(readScenarioPlace({ ...place, ...wrong }), undefined, JSON.stringify(wrong))
    for (const nothing of [undefined, null, 7, 'x', []]) assert.equal(readScenarioPlace(nothing), undefined)
  })

  test('tells when something other than the time has changed', () => {
    const told: string[] = []
    const { bench, player } = open(tunnel, () => told.push(player.view.state))
    player.play()
    bench.clock.advance(9_000)
    assert.deepEqual(told, ['playing'])
    bench.clock.advance(21_000)
    assert.deepEqual(told, ['playing', 'playing', 'ended'])
  })
})

describe('ScenarioRecorder', () => {
  test('what is recorded can be read and replayed: the vehicle does the same again', async () => {
    const { bench, player } = open(tunnel)
    const recorder = new ScenarioRecorder(bench.clock)
    const seen: VehicleSignals[] = []
    bench.host.subscribe((view) => seen.push(view.vehicle))
    recorder.record(bench.host.view.vehicle)
    player.play()
    for (let second = 0; second < 31; second += 1) {
      recorder.record(bench.host.view.vehicle)
      bench.clock.advance(1_000)
    }
    const scenario = recorder.finish('Again')
    const again = new TestHost({ vehicle: { theme: 5, speedKmh: 7 } })
    const replay = new ScenarioPlayer({ clock: again.clock, scenario, vehicle: again.host })
    replay.play()
    again.clock.advance(15_000)
    assert.deepEqual(signalsOf(again, 'speedKmh', 'network', 'dayNight', 'theme'), [70, false, 'night', 0])
    again.clock.advance(60_000)
    assert.deepEqual(again.host.view.vehicle, bench.host.view.vehicle)
  })

  test('records the beginning whole, then changes only; those of one moment together', () => {
    const bench = new TestHost()
    const recorder = new ScenarioRecorder(bench.clock)
    const record = () => recorder.record(bench.host.view.vehicle)
    record()
    record()
    bench.clock.advance(2_000)
    bench.host.setVehicle({ media: { track: 'One' } })
    record()
    bench.host.setVehicle({ position: null, speedKmh: 4 })
    record()
    const { steps } = recorder.finish('a')
    assert.equal(steps[0]?.atSeconds, 0)
    assert.equal(steps[0]?.set.language, 'en-GB')
    assert.deepEqual(steps.slice(1), [
      {
        atSeconds: 2,
        overSeconds: 0,
        set: { media: { track: 'One' }, position: null, speedKmh: 4 },
        note: '',
      },
    ])
  })

  test('is full before its text is longer than a scenario may be: what was recorded can always be read (W 10)', () => {
    const bench = new TestHost()
    const recorder = new ScenarioRecorder(bench.clock)
    const long = (step: number) => `${step}: `.padEnd(254, '\u2028"\\')
    const { radio, media } = bench.host.view.vehicle
    for (let step = 0; step < 2_000 && !recorder.isFull; step += 1) {
      const text = long(step)
      recorder.record({
        ...bench.host.view.vehicle,
        radio: { ...radio, text },
        media: { ...media, album: text, artist: text, folder: text },
      })
      bench.clock.advance(1_000)
    }
    assert.ok(recorder.isFull)
    const scenario = recorder.finish('Long')
    const written = writeScenario(scenario)
    assert.ok(written.length > 900_000, String(written.length))
    assert.deepEqual(parseScenario(written).scenario, scenario)
  })

  test('goes on where an earlier one was, as if no time had passed in between (W 10)', () => {
    const bench = new TestHost()
    const first = new ScenarioRecorder(bench.clock)
    first.record(bench.host.view.vehicle)
    bench.clock.advance(2_000)
    bench.host.setVehicle({ position: null, speedKmh: 50 })
    first.record(bench.host.view.vehicle)
    bench.clock.advance(1_000)
    const kept = readKeptRecording(JSON.parse(JSON.stringify(first.kept)))
    assert.deepEqual(kept, first.kept)
    bench.clock.advance(60_000)
    const second = new ScenarioRecorder(bench.clock, kept)
    second.record({ ...bench.host.view.vehicle })
    assert.equal(second.steps, 2)
    bench.clock.advance(4_000)
    bench.host.setVehicle({ speedKmh: 90 })
    second.record(bench.host.view.vehicle)
    const { steps } = second.finish('a')
    assert.deepEqual(
      steps.map(({ atSeconds, set }) => [atSeconds, set.speedKmh]),
      [
        [0, 0],
        [2, 50],
        [7, 90],
      ],
    )
  })

  const good = { elapsedMilliseconds: 5, steps: [{ atSeconds: 0, set: { speedKmh: 1 } }] }
  const steps = (...list: unknown[]) => ({ ...good, steps: list })
  const notKept: [what: string, value: unknown][] = [
    ['nothing', null],
    ['no steps', steps()],
    ['a time before the beginning', { ...good, elapsedMilliseconds: -1 }],
    ['steps that are none', steps(7, null)],
    ['a signal that cannot be', steps({ atSeconds: 0, set: { speedKmh: -1 } })],
    ['a signal that there is not', steps({ atSeconds: 0, set: { wings: 2 } })],
    ['steps in no order', steps({ atSeconds: 2, set: {} }, { atSeconds: 1, set: {} })],
    [
      'more steps than there may be',
      steps(...Array.from({ length: 10_001 }, () => ({ atSeconds: 0, set: {} }))),
    ],
  ]
  for (const [what, value] of notKept) {
    test(`takes ${what} for no recording`, () => {
      assert.equal(readKeptRecording(value), undefined)
      assert.deepEqual(readKeptRecording(good), good)
    })
  }

  test('is full at 10,000 steps and records no more', () => {
    const bench = new TestHost()
    const recorder = new ScenarioRecorder(bench.clock)
    for (let step = 0; step < 10_050; step += 1) {
      recorder.record({ ...bench.host.view.vehicle, mileageKm: step })
      bench.clock.advance(1_000)
    }
    assert.deepEqual([recorder.steps, recorder.isFull], [10_000, true])
  })
})

test('24 hours of a scenario at 1,000 ×, with apps, guidance and a recording: nothing grows', () => {
  const text = readFileSync(
    new URL('../../../../apps/portal/public/scenarios/city-trip.yaml', import.meta.url),
    'utf8',
  )
  const { bench, player } = open(text)
  const recorder = new ScenarioRecorder(bench.clock)
  const app = bench.launch('alpha')
  let tunnels = 0
  app.onEvent = (name) => {
    if (name === 'Connectivity connectivityOff') tunnels += 1
    if (name === 'Connectivity connectivityOn') app.post({ pillion: 'guidance', request: guidance })
    forget(app)
  }
  player.setLoop(true)
  player.setSpeed(1_000)
  player.play()
  const sizes: { waiting: number; view: number }[] = []
  for (let minute = 0; minute < 24 * 60; minute += 1) {
    bench.clock.advance(60)
    bench.transport.connect()
    recorder.record(bench.host.view.vehicle)
    bench.log.length = 0
    sizes.push({ waiting: bench.clock.waiting, view: JSON.stringify(bench.host.view).length })
  }
  // Nine minutes once more and once more, and in each a car park without a network.
  assert.ok(tunnels >= 155, String(tunnels))
  assert.ok(recorder.steps <= 1 + 24 * 60)
  const max = (from: number, what: 'waiting' | 'view') =>
    Math.max(...sizes.slice(from, from + 240).map((size) => size[what]))
  assert.ok(max(1200, 'waiting') <= 4, String(max(1200, 'waiting')))
  assert.equal(max(1200, 'waiting'), max(0, 'waiting'))
  assert.ok(max(1200, 'view') <= max(0, 'view') + 200, `${max(0, 'view')} → ${max(1200, 'view')}`)
})

const guidance = {
  destination: { latitude: 48.8738, longitude: 2.295 },
  waypoints: [],
  label: 'Étoile',
  confirms: false,
}

/** A clock that was not looked at for long. */
class LateClock {
  #bench: TestHost
  #late = 0
  #due = () => {}

  constructor(bench: TestHost) {
    this.#bench = bench
  }

  now(): number {
    return this.#bench.clock.now() + this.#late
  }

  after(_milliseconds: number, callback: () => void): () => void {
    this.#due = callback
    return () => {
      this.#due = () => {}
    }
  }

  sleep(milliseconds: number): void {
    this.#late += milliseconds
    this.#due()
  }
}

function open(
  text: string,
  onChange = () => {},
  { vehicle = {}, place }: { vehicle?: Partial<VehicleSignals>; place?: ScenarioPlace | undefined } = {},
): { bench: TestHost; player: ScenarioPlayer } {
  const bench = new TestHost({ vehicle })
  const scenario = parseScenario(text).scenario as Scenario
  const player = new ScenarioPlayer({ clock: bench.clock, scenario, vehicle: bench.host, place, onChange })
  return { bench, player }
}

function signalsOf(bench: TestHost, ...names: (keyof VehicleSignals)[]): unknown[] {
  return names.map((name) => bench.host.view.vehicle[name])
}
