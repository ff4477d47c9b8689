import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultVehicleSignals, mergeSignals, type SignalPath, signalRules } from '@pillion/schema'
import { readText, textOf } from './signal-text.ts'

const paths = Object.keys(signalRules) as SignalPath[]
const signals = mergeSignals(defaultVehicleSignals, {
  destination: { address: 'Home' },
  maneuver: { town: 'Paris' },
  journey: { arrival: { hours: 7 } },
  nextWaypoint: { arrival: { minutes: 8 } },
  timeMs: Date.UTC(2030, 4, 14, 19, 12, 0),
})

test('what a field shows reads as what the signal is', () => {
  for (const path of paths) {
    const read = readText(path, textOf(signals, path))
    assert.ok('change' in read, path)
    assert.deepEqual(mergeSignals(signals, read.change), signals, path)
  }
})

test('where a group is null its fields are empty', () => {
  assert.equal(textOf({ ...signals, position: null }, 'position.town'), '')
})

const refused: [path: SignalPath, text: string][] = [
  ['speedKmh', ''],
  ['speedKmh', 'fast'],
  ['speedKmh', '-1'],
  ['theme', '1.5'],
  ['radio.frequencyKhz', '100'],
  ['brand', '6'],
  ['media.track', 'x'.repeat(33)],
  ['timeMs', '2030-99-99T00:00:00'],
]
for (const [path, text] of refused) {
  test(`${path} does not take ${JSON.stringify(text.slice(0, 9))}, and says why`, () => {
    const read = readText(path, text)
    assert.ok('fault' in read && read.fault.includes(path), JSON.stringify(read))
  })
}

test('an emptied time is that of the machine', () => {
  assert.deepEqual(readText('timeMs', ''), { change: { timeMs: null } })
})

test('a theme must be one that the brand has (W 11.6)', () => {
  assert.deepEqual(readText('theme', '1', 4), { change: { theme: 1 } })
  assert.deepEqual(readText('theme', '9', 4), { fault: '`theme` must be one of 0, 1 with brand 4; it is 9.' })
})
