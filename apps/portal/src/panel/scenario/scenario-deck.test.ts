import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { Host, parseScenario } from '@pillion/host'
import { FakeFrames, ManualClock, MemoryTransport } from '@pillion/testkit'
import { ScenarioDeck } from './scenario-deck.ts'

let clock: ManualClock
let host: Host
let deck: ScenarioDeck
beforeEach(() => {
  clock = new ManualClock()
  const ports = { clock, transport: new MemoryTransport(), frames: new FakeFrames() }
  host = new Host({ vin: '0123456789ABCDEFG', apps: [], ...ports })
  deck = new ScenarioDeck(host, clock)
})
/** The host tells of changes in a microtask. */
const told = () => Promise.resolve()
const speed = () => host.view.vehicle.speedKmh

const text = `name: Trip
steps:
  - { at: 1, set: { speedKmh: 30 } }
  - { at: 9, set: { speedKmh: 90 }, note: Fast }`

test('a loaded scenario waits at its beginning, plays, pauses, and can be sought', () => {
  deck.load(text)
  assert.deepEqual([deck.scenario.value?.name, deck.view.value?.state], ['Trip', 'paused'])
  deck.toggle()
  clock.advance(1_000)
  assert.deepEqual([speed(), deck.view.value?.state], [30, 'playing'])
  deck.toggle()
  clock.advance(60_000)
  assert.equal(speed(), 30)
  deck.seek(9)
  assert.deepEqual([speed(), deck.view.value?.note], [90, 'Fast'])
})

test('faults are told with their lines, and the scenario from before stays', () => {
  deck.load(text)
  deck.load('name: Bad\nsteps:\n  - { at: 1, set: { speedKmh: -1 } }')
  assert.deepEqual(
    deck.faults.value.map(({ line }) => line),
    [3],
  )
  assert.equal(deck.scenario.value?.name, 'Trip')
  deck.load(text)
  assert.deepEqual(deck.faults.value, [])
})

test('the next scenario begins anew, at the speed and in the loop of the last; an ejected one plays no more', () => {
  deck.load(text)
  deck.setSpeed(100)
  deck.setLoop(true)
  deck.toggle()
  deck.load(text)
  const { state, speed: times, loop, atSeconds } = deck.view.value ?? {}
  assert.deepEqual(
    { state, times, loop, atSeconds },
    { state: 'paused', times: 100, loop: true, atSeconds: 0 },
  )
  deck.toggle()
  deck.eject()
  assert.deepEqual([deck.view.value, clock.waiting], [undefined, 0])
})

test('a deck that is given what another kept goes on playing, or stays where it was', () => {
  assert.equal(deck.kept, undefined)
  deck.load(text)
  deck.setSpeed(2)
  deck.toggle()
  clock.advance(1_000)
  for (const state of ['playing', 'paused'] as const) {
    const { kept } = deck
    const later = new ManualClock()
    const ports = { clock: later, transport: new MemoryTransport(), frames: new FakeFrames() }
    const again = new Host({ vin: '0123456789ABCDEFG', apps: [], ...ports, vehicle: host.view.vehicle })
    const next = new ScenarioDeck(again, later)
    assert.ok(kept)
    next.resume(kept)
    assert.deepEqual(next.view.value, { ...deck.view.value, state, atSeconds: 2 })
    later.advance(3_500)
    assert.equal(again.view.vehicle.speedKmh, state === 'playing' ? 90 : 30)
    next.stop()
    if (state === 'playing') deck.toggle()
  }
})

test('what becomes of the vehicle is recorded, can be played, and reads as a scenario', async () => {
  deck.record()
  clock.advance(2_000)
  host.setVehicle({ speedKmh: 55 })
  await told()
  assert.equal(deck.recordedSteps.value, 2)
  const yaml = deck.finishRecording('Mine') ?? ''
  assert.equal(deck.recordedSteps.value, undefined)
  const { scenario } = parseScenario(yaml)
  assert.deepEqual(scenario?.steps[1], { atSeconds: 2, overSeconds: 0, set: { speedKmh: 55 }, note: '' })
  host.setVehicle({ speedKmh: 0 })
  deck.toggle()
  clock.advance(2_000)
  assert.equal(speed(), 55)
})

test('a recording goes on in the next deck, with what was recorded before (W 10)', async () => {
  assert.equal(deck.keptRecording, undefined)
  deck.record()
  clock.advance(2_000)
  host.setVehicle({ speedKmh: 55 })
  await told()
  const next = new ScenarioDeck(host, clock)
  next.record(deck.keptRecording)
  deck.stop()
  assert.equal(next.recordedSteps.value, 2)
  clock.advance(1_000)
  host.setVehicle({ speedKmh: 20 })
  await told()
  const { scenario } = parseScenario(next.finishRecording('Mine') ?? '')
  assert.deepEqual(
    scenario?.steps.map(({ atSeconds, set }) => [atSeconds, set.speedKmh]),
    [
      [0, 0],
      [2, 55],
      [3, 20],
    ],
  )
})

test('notes are told as they pass, again with each round, and not when they are passed over', () => {
  const notes: string[] = []
  const told = new ScenarioDeck(host, clock, ({ atSeconds, note }) =>
    notes.push(`${atSeconds} ${note} ${speed()}`),
  )
  told.load(`name: Noted
steps:
  - { at: 0, note: Off, set: { speedKmh: 10 } }
  - { at: 1, set: { speedKmh: 20 } }
  - { at: 2, note: On, set: { speedKmh: 30 } }
  - { at: 4, set: { speedKmh: 0 } }`)
  told.seek(3)
  assert.deepEqual(notes, [])
  told.toggle()
  clock.advance(1_000)
  told.toggle()
  assert.deepEqual(notes, ['0 Off 10'])
  told.setLoop(true)
  clock.advance(2_000)
  assert.deepEqual(notes.slice(1), ['2 On 20'])
  clock.advance(2_000)
  assert.deepEqual(notes.slice(2), ['0 Off 10'])
  told.stop()
})

test('nothing was recorded, nothing comes of it', () => {
  assert.equal(deck.finishRecording('Mine'), undefined)
  assert.equal(deck.scenario.value, undefined)
})

test('a stopped deck leaves no timer', () => {
  deck.load(text)
  deck.toggle()
  deck.record()
  deck.stop()
  assert.equal(clock.waiting, 0)
})
