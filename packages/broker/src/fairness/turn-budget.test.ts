import assert from 'node:assert/strict'
import { it } from 'node:test'
import { TurnBudget } from './turn-budget.ts'

it('a turn is each owner’s own, ends after a millisecond, and begins anew with the next round of the event loop', async () => {
  let now = 0
  const budget = new TurnBudget<string>(() => now)
  assert.equal(budget.isSpent('a'), false)
  now = 1
  assert.equal(budget.isSpent('a'), false)
  now = 1.1
  assert.equal(budget.isSpent('a'), true)
  assert.equal(budget.isSpent('b'), false)
  now = 5
  assert.equal(budget.isSpent('b'), true)
  await new Promise(setImmediate)
  assert.equal(budget.isSpent('b'), false)
})
