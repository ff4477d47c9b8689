import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatDistance, formatSpeed } from './units.ts'

test('speed in the unit of the driver (W 9.4)', () => {
  assert.deepEqual([formatSpeed(80.4, 'km/h'), formatSpeed(80.4672, 'mph')], ['80', '50'])
})

test('distances are short enough for a glance', () => {
  const km = [4, 347, 994, 996, 1_240, 9_960, 431_200].map((meters) => formatDistance(meters, 'km'))
  assert.deepEqual(km, ['0 m', '350 m', '990 m', '1.0 km', '1.2 km', '10 km', '431 km'])
  const miles = [4, 100, 290, 1_609, 16_093].map((meters) => formatDistance(meters, 'miles'))
  assert.deepEqual(miles, ['0 ft', '350 ft', '950 ft', '1.0 mi', '10 mi'])
})
