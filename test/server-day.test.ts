import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertSteady } from './support/heap.ts'
import { ServerDay } from './support/server-day.ts'

const minutes = 24 * 60

test('a server holds no more after 24 hours of messages, tunnels and questions than at noon', async (t) => {
  const day = await ServerDay.open()
  t.after(() => day.close())
  const heaps: number[] = []
  for (let quarter = 0; quarter < 4; quarter++) {
    await day.live(minutes / 4)
    heaps.push(await day.heap())
  }
  assert.deepEqual(day.counts, { answered: minutes * 15, kept: minutes, reconnections: minutes / 10 })
  assertSteady(t, heaps)
})
