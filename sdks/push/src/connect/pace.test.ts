import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LinkEnd } from './link.ts'
import { Pace } from './pace.ts'

const lost: LinkEnd = { kind: 'lost', text: 'gone' }
const refused: LinkEnd = { kind: 'refused', text: 'no' }
const takenOver: LinkEnd = { kind: 'taken_over', text: 'somebody else' }
/** Takes nothing off. */
const longest = () => 1

test('waits double from half a second up to a minute', () => {
  const pace = new Pace(longest)
  const waits = Array.from({ length: 9 }, () => pace.next(lost, 0).seconds)
  assert.deepEqual(waits, [0.5, 1, 2, 4, 8, 16, 32, 60, 60])
})

test('up to a half is taken off', () => {
  assert.equal(new Pace(() => 0).next(lost, 0).seconds, 0.25)
})

test('a connection that held a minute makes the next failure a first one', () => {
  const pace = new Pace(longest)
  for (const held of [0, 0, 59]) pace.next(lost, held)
  assert.equal(pace.next(lost, 60).seconds, 0.5)
})

test('a first refusal may be an expired endpoint, the second is an error of the sign-in', () => {
  const pace = new Pace(longest)
  const codes = [0, 0, 5, 0].map((held) => pace.next(refused, held).error.code)
  assert.deepEqual(codes, ['CONNECTION_LOST', 'SIGN_IN_REFUSED', 'CONNECTION_LOST', 'SIGN_IN_REFUSED'])
})

test('the third take-over is a loop, told with advice; attempts come minutes apart then (P 13.1)', () => {
  const pace = new Pace(longest)
  const pauses = Array.from({ length: 6 }, () => pace.next(takenOver, 120))
  assert.deepEqual(
    pauses.map(({ seconds }) => seconds),
    [1, 5, 30, 120, 300, 300],
  )
  const loop = 'TAKE_OVER_LOOP'
  assert.deepEqual(
    pauses.map(({ error }) => error.code),
    ['TAKEN_OVER', 'TAKEN_OVER', loop, loop, loop, loop],
  )
  assert.match(pauses[5]?.error.message ?? '', /Log in as somebody else there, or close one/)
  // Two that come back every five minutes do not look peaceful to each other.
  assert.equal(pace.next(takenOver, 599).error.code, loop)
  assert.equal(pace.next(takenOver, 600).error.code, 'TAKEN_OVER')
})
