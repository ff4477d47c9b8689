import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Turnstile } from './turnstile.ts'

test('lets so many in at once and the others in order, also past those that fail', async () => {
  const turnstile = new Turnstile(2)
  const begun: number[] = []
  const doors = [0, 1, 2, 3].map(() => Promise.withResolvers<void>())
  const passed = doors.map((door, index) =>
    turnstile.pass(async () => {
      begun.push(index)
      await door.promise
      return index
    }),
  )
  await new Promise(setImmediate)
  assert.deepEqual(begun, [0, 1])
  doors[1]?.reject(new Error('no'))
  await assert.rejects(passed[1] as Promise<number>, /no/)
  await new Promise(setImmediate)
  assert.deepEqual(begun, [0, 1, 2])
  for (const door of doors) door.resolve()
  assert.deepEqual(await Promise.all([passed[0], passed[2], passed[3]]), [0, 2, 3])
  assert.equal(await turnstile.pass(() => 'alone'), 'alone')
})
