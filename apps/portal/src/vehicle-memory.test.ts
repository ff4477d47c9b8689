import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type HostView,
  type KeptGuidance,
  type NotificationEntry,
  parseScenario,
  type Scenario,
} from '@pillion/host'
import { defaultVehicleSignals } from '@pillion/schema'
import { VehicleMemory } from './vehicle-memory.ts'

/** A browser's storage, with room for so many characters in a value. */
function store(charactersMax = Infinity) {
  const values = new Map<string, string>()
  return {
    values,
    getItem: (key: string) => values.get(key) ?? null,
    setItem(key: string, value: string) {
      if (value.length > charactersMax) throw new DOMException('full', 'QuotaExceededError')
      values.set(key, value)
    },
    removeItem: (key: string) => void values.delete(key),
  }
}

const view = (vehicle: Partial<HostView['vehicle']>, state: HostView['guidance']['state'] = 'none') =>
  ({ vehicle: { ...defaultVehicleSignals, ...vehicle }, guidance: { state } }) as HostView
const kept = {
  scenario: parseScenario('name: Trip\nsteps: [{ at: 1, set: { speedKmh: 30, network: false } }]')
    .scenario as Scenario,
  place: {
    state: 'playing',
    atSeconds: 3,
    speed: 10,
    loop: true,
    played: 1,
    initial: { speedKmh: 0 },
    glides: [],
  },
} as const
const there = { latitude: 1, longitude: 2 }
const guidance: KeptGuidance = {
  state: 'guiding',
  idApp: 'a',
  request: { destination: there, waypoints: [], label: 'There', confirms: false },
  drive: 10,
  trip: { start: { latitude: 0, longitude: 2 }, stops: [there], alongMeters: 5 },
}
const recording = { elapsedMilliseconds: 1_500, steps: [{ atSeconds: 0, set: { speedKmh: 30 } }] }
const entry: NotificationEntry = { idApp: 'a', id: '1', body: 'Text', createdAt: 1, isNew: true }

test('what was written is read again, for this vehicle only', () => {
  const [lasting, tab] = [store(), store()]
  const memory = new VehicleMemory('VIN1', lasting, tab)
  memory.writeSignals(view({ speedKmh: 7, position: null }))
  memory.writeNotifications([entry])
  memory.writeDelaySeconds(2)
  memory.writeScreen({ module: 'media', app: 'a', center: { open: false }, settings: false })
  const again = new VehicleMemory('VIN1', lasting, tab)
  assert.deepEqual(again.readSignals(), { ...defaultVehicleSignals, speedKmh: 7, position: null })
  assert.deepEqual(again.readNotifications(), [entry])
  assert.equal(again.readDelaySeconds(), 2)
  assert.equal(again.readScreen().module, 'media')
  memory.writeScenario(kept)
  memory.writeGuidance(guidance)
  memory.writeRecording(recording)
  assert.deepEqual(again.readRecording(), recording)
  assert.deepEqual([again.readScenario(), again.readGuidance()], [kept, guidance])
  const other = new VehicleMemory('VIN2', lasting, tab)
  assert.deepEqual(other.readSignals(), defaultVehicleSignals)
  assert.deepEqual([other.readNotifications(), other.readScreen()], [[], {}])
  assert.deepEqual([other.readScenario(), other.readGuidance()], [undefined, undefined])
})

test('the place on screen is kept by the tab, and not beyond switching off', () => {
  const [lasting, tab] = [store(), store()]
  const memory = new VehicleMemory('VIN1', lasting, tab)
  memory.writeScreen({ module: 'web', app: 'a', center: { open: false }, settings: false })
  assert.equal(lasting.values.size, 0)
  memory.writeScenario(kept)
  memory.writeGuidance(guidance)
  memory.writeRecording(recording)
  memory.forgetTab()
  assert.deepEqual(memory.readScreen(), {})
  assert.equal(memory.readRecording(), undefined)
  assert.deepEqual([memory.readScenario(), memory.readGuidance()], [undefined, undefined])
  assert.equal(tab.values.size, 0)
})

test('the signals of a running guidance are not kept: it does not outlast the page', () => {
  const memory = new VehicleMemory('VIN1', store(), store())
  const journey = { arrival: { hours: 1, minutes: 2 } }
  memory.writeSignals(view({ journey }, 'guiding'))
  assert.equal(memory.readSignals().journey, null)
  memory.writeSignals(view({ journey }))
  assert.deepEqual(memory.readSignals().journey, journey)
})

test('what cannot be read counts as nothing', () => {
  const lasting = store()
  const memory = new VehicleMemory('VIN1', lasting, store())
  for (const text of ['{', '7', '{"speedKmh":-1}', '{"unheardOf":1}', '[{"id":1}]', 'null']) {
    for (const part of ['signals', 'notifications', 'delay']) lasting.values.set(`pillion.VIN1.${part}`, text)
    assert.deepEqual(memory.readSignals(), defaultVehicleSignals, text)
    assert.deepEqual(memory.readNotifications(), [], text)
  }
})

test('the text of a scenario is written once, its place again and again; without either there is none', () => {
  const tab = store()
  const memory = new VehicleMemory('VIN1', store(), tab)
  memory.writeScenario(kept)
  tab.values.set('pillion.VIN1.scenario', JSON.stringify('name: Other\nsteps: [{ at: 1 }]'))
  memory.writeScenario({ ...kept, place: { ...kept.place, atSeconds: 4 } })
  const { scenario, place } = memory.readScenario() ?? {}
  assert.deepEqual([scenario?.name, place?.atSeconds], ['Other', 4])
  memory.writeScenario(undefined)
  assert.equal(tab.values.size, 0)
  for (const part of ['scenario', 'scenarioPlace']) {
    new VehicleMemory('VIN1', store(), tab).writeScenario(kept)
    tab.values.set(`pillion.VIN1.${part}`, '7')
    assert.equal(memory.readScenario(), undefined, part)
  }
})

test('a full storage is no error, and nothing older is left in it', () => {
  const memory = new VehicleMemory('VIN1', store(10), store())
  memory.writeNotifications([])
  memory.writeNotifications([entry])
  assert.deepEqual(memory.readNotifications(), [])
})
