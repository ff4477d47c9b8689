import assert from 'node:assert/strict'
import { test } from 'node:test'
import { median, type Sample, summarize } from './sample.ts'
import type { Measurement } from './workloads/workload.ts'

function sample(server: Sample['server'], measurement: Partial<Measurement>): Sample {
  return {
    workload: 'paced',
    server,
    run: 1,
    payloadBytes: 100,
    measurement: { perSecond: 0, lost: 0, received: 0, generatorCores: 0, ...measurement },
  }
}

test('takes the middle value, or the mean of the middle two', () => {
  assert.equal(median([9, 1, 5]), 5)
  assert.equal(median([10, 1, 2, 100]), 6)
  assert.equal(median([undefined, 3]), 3)
  assert.equal(median([undefined]), undefined)
})

test('makes one row per server: medians of what was measured, the sum of what was lost', () => {
  const rows = summarize([
    sample('pillion', { perSecond: 300, lost: 2, latencyMs: { p50: 1, p99: 4 } }),
    sample('nats', { perSecond: 50 }),
    sample('pillion', { perSecond: 100, lost: 1, latencyMs: { p50: 3, p99: 5 } }),
    sample('pillion', { perSecond: 200, latencyMs: { p50: 2, p99: 9 } }),
  ])
  assert.deepEqual(
    rows.map(({ server }) => server),
    ['pillion', 'nats'],
  )
  const [pillion, nats] = rows
  assert.equal(pillion?.perSecond, 200)
  assert.equal(pillion?.slowest, 100)
  assert.equal(pillion?.fastest, 300)
  assert.equal(pillion?.lost, 3)
  assert.equal(pillion?.p50Ms, 2)
  assert.equal(pillion?.p99Ms, 5)
  assert.equal(nats?.p50Ms, undefined)
})
