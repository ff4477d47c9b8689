import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BackOff } from './back-off.ts'

test('doubles from 1 s to 30 s and begins anew after a reset', () => {
  const backOff = new BackOff(() => 0)
  const waits = Array.from({ length: 7 }, () => backOff.next())
  assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  backOff.reset()
  assert.equal(backOff.next(), 1_000)
})

test('up to half of a wait falls away at random', () => {
  const backOff = new BackOff(() => 0.9999)
  assert.deepEqual([backOff.next(), backOff.next(), backOff.longest()], [500, 1_000, 15_002])
})

test('goes on for ever without running out of numbers', () => {
  const backOff = new BackOff(() => 0)
  for (let failure = 0; failure < 2_000; failure++) backOff.next()
  assert.equal(backOff.next(), 30_000)
})
