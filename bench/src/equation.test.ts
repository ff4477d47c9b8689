import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkEquation } from './equation.ts'
import type { Counters } from './servers/counters.ts'
import type { Measurement } from './workloads/workload.ts'

/** Ten messages to a hundred receivers each. */
const run: Measurement = {
  perSecond: 1,
  published: 10,
  expected: 1_000,
  received: 1_000,
  lost: 0,
  generatorCores: 0,
}
const counters: Counters = { received: 10, sent: 1_000, dropped: {} }

test('accounts for a run in which everything arrived, and for one in which every drop was counted', () => {
  assert.deepEqual(checkEquation(run, counters), [])
  const some = { ...counters, sent: 960, dropped: { outbox_full: 30, connection_closed: 10 } }
  assert.deepEqual(checkEquation({ ...run, received: 960, lost: 40 }, some), [])
})

for (const [what, measured, counted] of [
  ['a message that the server did not count', run, { ...counters, received: 9 }],
  ['a delivery that was neither sent nor counted as dropped', run, { ...counters, sent: 999 }],
  ['a delivery that was counted as sent and did not arrive', { ...run, received: 999, lost: 1 }, counters],
  ['a drop that was counted twice', run, { ...counters, dropped: { outbox_full: 1 } }],
] as const) {
  test(`finds ${what}`, () => {
    assert.notDeepEqual(checkEquation(measured, counted), [])
  })
}
