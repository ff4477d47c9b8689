import assert from 'node:assert/strict'
import { it } from 'node:test'
import { LineBudget } from './line-budget.ts'

it('a budget of lines is each key’s own, and new every minute', () => {
  const budget = new LineBudget({ logLinesPerMinuteMax: 3, connectionsMax: 10 })
  const take = (key: string, count: number, now: number) =>
    Array.from({ length: count }, () => budget.take(key, now))
  assert.deepEqual(take('a', 5, 0), [2, 1, 0, -1, -1])
  assert.deepEqual(take('b', 1, 59_999), [2])
  assert.deepEqual(take('a', 1, 60_000), [2])
})

it('a budget of lines has a bound for keys: beyond it they share one', () => {
  const budget = new LineBudget({ logLinesPerMinuteMax: 3, connectionsMax: 10 })
  for (let index = 0; index < 10; index++) budget.take(`${index}`, 0)
  assert.deepEqual(
    [budget.take('x', 0), budget.take('y', 0), budget.take('z', 0), budget.take('0', 0)],
    [2, 1, 0, 1],
  )
})
