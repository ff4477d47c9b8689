import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { distanceMeters, nearestOnSegment, pointBetween } from './geography.ts'

const at = (latitude: number, longitude: number) => ({ latitude, longitude })

describe('distanceMeters', () => {
  test('Paris to Lyon is 392 km', () => {
    const meters = distanceMeters(at(48.8566, 2.3522), at(45.764, 4.8357))
    assert.ok(Math.abs(meters - 391_500) < 1_000, String(meters))
  })

  test('across the date line it is the short way', () => {
    assert.ok(distanceMeters(at(0, 179.9), at(0, -179.9)) < 23_000)
  })

  test('from pole to pole it is half the way round', () => {
    assert.ok(Math.abs(distanceMeters(at(90, 0), at(-90, 77)) - 20_015_000) < 10_000)
  })
})

describe('pointBetween', () => {
  test('half way is half way, also across the date line', () => {
    assert.deepEqual(pointBetween(at(0, 2), at(0, 4), 0.5), at(0, 3))
    assert.deepEqual(pointBetween(at(0, 179), at(0, -179), 0.75), at(0, -179.5))
  })

  test('aside lies to the right', () => {
    assert.deepEqual(pointBetween(at(0, 0), at(1, 0), 0.5, 0.1), at(0.5, 0.1))
  })

  test('near a pole it stays on the map', () => {
    const { latitude, longitude } = pointBetween(at(90, 0), at(89, 170), 0.5, 3)
    assert.ok(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)
  })
})

describe('nearestOnSegment', () => {
  test('beside the middle, and not beyond the ends', () => {
    const { fraction, meters } = nearestOnSegment(at(0.01, 0.5), at(0, 0), at(0, 1))
    assert.ok(Math.abs(fraction - 0.5) < 1e-9)
    assert.ok(Math.abs(meters - 1_112) < 1)
    assert.equal(nearestOnSegment(at(0, -5), at(0, 0), at(0, 1)).fraction, 0)
    assert.equal(nearestOnSegment(at(0, 5), at(0, 0), at(0, 1)).fraction, 1)
  })

  test('a segment without length has one point', () => {
    assert.deepEqual(nearestOnSegment(at(0, 0), at(0, 0), at(0, 0)), { fraction: 0, meters: 0 })
  })
})
