import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from './manual-clock.ts'

test('runs what falls due in order of time, first set first among equals, each at its own time', () => {
  const clock = new ManualClock(0)
  const ran: [string, number][] = []
  const at = (milliseconds: number, name: string) =>
    clock.after(milliseconds, () => ran.push([name, clock.now()]))
  at(20, 'b')
  at(10, 'a')
  at(20, 'c')
  at(21, 'late')
  clock.advance(20)
  assert.deepEqual(ran, [
    ['a', 10],
    ['b', 20],
    ['c', 20],
  ])
  assert.equal(clock.now(), 20)
  assert.equal(clock.waiting, 1)
})

test('runs what a callback starts, if it falls due as well', () => {
  const clock = new ManualClock(0)
  const ran: number[] = []
  const again = () => {
    ran.push(clock.now())
    clock.after(10, again)
  }
  clock.after(10, again)
  clock.advance(35)
  assert.deepEqual(ran, [10, 20, 30])
})

test('never runs what was cancelled, even by a callback of the same moment; cancelling twice does nothing', () => {
  const clock = new ManualClock(0)
  const ran: string[] = []
  clock.after(10, () => {
    ran.push('first')
    cancel()
  })
  const cancel = clock.after(10, () => ran.push('second'))
  clock.advance(10)
  cancel()
  assert.deepEqual(ran, ['first'])
})

test('never calls back before `after` has returned', () => {
  const clock = new ManualClock(0)
  let called = false
  clock.after(0, () => {
    called = true
  })
  assert.equal(called, false)
  clock.advance(0)
  assert.equal(called, true)
})
