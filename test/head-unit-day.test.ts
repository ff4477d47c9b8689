import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogEntry } from '@pillion/host'
import { HeadUnitDay } from './support/head-unit-day.ts'
import { assertSteady, heapBytes, isSteady } from './support/heap.ts'

const daySeconds = 24 * 60 * 60

test('a head unit that is used for 24 hours holds no more at their end than at noon', async (t) => {
  const day = await HeadUnitDay.open(1)
  const heaps = await liveInQuarters(day, daySeconds)
  t.diagnostic(JSON.stringify(day.counts))
  // Nothing of it slept through the day.
  for (const [kind, least] of Object.entries(ordinaryDay)) {
    assert.ok((day.counts[kind] ?? 0) >= least, `${kind}: ${day.counts[kind]} of ${least}`)
  }
  assertSteady(t, heaps)
  day.close()
  assert.equal(day.clock.waiting, 0, 'what is stopped waits for nothing')
})

test('ten times 24 hours of scenarios at 1,000 times their speed leave nothing behind', async (t) => {
  const day = await HeadUnitDay.open(1_000)
  const heaps = await liveInQuarters(day, (10 * daySeconds) / 1_000)
  assert.ok((day.counts.scenario ?? 0) >= 200, `${day.counts.scenario} scenarios`)
  assertSteady(t, heaps)
  day.close()
})

test('control: a head unit whose log is kept is found out within two hours', async () => {
  const day = await HeadUnitDay.open(1)
  const kept: LogEntry[] = []
  day.onLog = (entry) => kept.push(entry)
  assert.equal(isSteady(await liveInQuarters(day, 2 * 60 * 60)), false)
  assert.ok(kept.length > 0)
  day.close()
})

/** What the heap holds after each. */
async function liveInQuarters(day: HeadUnitDay, seconds: number): Promise<number[]> {
  const heaps: number[] = []
  for (let quarter = 0; quarter < 4; quarter++) {
    await day.live(seconds / 4)
    heaps.push(await heapBytes())
  }
  return heaps
}

/** By the kind of log line, and what `HeadUnitDay` counts besides. */
const ordinaryDay = {
  scenario: 20,
  reconnection: 20,
  downlink: 10_000,
  app_message: 5_000,
  uplink: 1_000,
  uplinks: 10_000,
  event: 3_000,
  popup_shown: 700,
  notification_created: 100,
  guidance: 50,
  audio: 50,
  phone_call: 20,
  app_state: 1_000,
  app_messages: 3_000,
}
