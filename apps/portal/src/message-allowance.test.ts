import assert from 'node:assert/strict'
import { test } from 'node:test'
import { burstMax, freeMilliseconds, MessageAllowance, perSecond } from './message-allowance.ts'

const takeAll = (allowance: MessageAllowance, now: number) => {
  let taken = 0
  while (allowance.take(now)) taken++
  return taken
}

test('an app may post a whole burst at once, and not one message more', () => {
  assert.equal(takeAll(new MessageAllowance(0), 0), burstMax)
})

test('after a burst the app gets its share of each second', () => {
  const allowance = new MessageAllowance(0)
  takeAll(allowance, 0)
  assert.equal(takeAll(allowance, 1_000), perSecond)
  assert.equal(takeAll(allowance, 1_500), perSecond / 2)
})

test('a long silence earns one burst, not more', () => {
  const allowance = new MessageAllowance(0)
  takeAll(allowance, 0)
  assert.equal(takeAll(allowance, 3_600_000), burstMax)
})

test('a message that keeps the page counts as one more for each millisecond, others do not', () => {
  const allowance = new MessageAllowance(0)
  allowance.take(0)
  allowance.spend(freeMilliseconds)
  allowance.take(0)
  allowance.spend(100)
  assert.equal(takeAll(allowance, 0), burstMax - 2 - 100)
})

test('however long one kept the page, the app is heard again after a burst’s worth of time and no later', () => {
  const allowance = new MessageAllowance(0)
  allowance.take(0)
  allowance.spend(60_000)
  const backAt = (burstMax / perSecond) * 1_000
  assert.equal(takeAll(allowance, backAt), 0)
  assert.equal(takeAll(allowance, backAt + 1_000), perSecond)
})
