import assert from 'node:assert/strict'
import { test } from 'node:test'
import { median, type Sample, summarize } from './sample.ts'
import type { Measurement } from './workloads/workload.ts'

function sample(
  server: Sample['server'],
  measurement: Partial<Measurement>,
  rest: Partial<Sample> = {},
): Sample {
  return {
    workload: 'paced',
    transport: 'tcp',
    server,
    run: 1,
    payloadBytes: 100,
    measurement: {
      perSecond: 100,
      published: 0,
      expected: 0,
      received: 0,
      lost: 0,
      generatorCores: 0,
      ...measurement,
    },
    ...rest,
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
    sample('pillion', { perSecond: 300, lost: 2, latencyMs: { p50: 1, p99: 4, p999: 7 } }),
    sample('nats', { perSecond: 50 }),
    sample('pillion', { perSecond: 100, lost: 1, latencyMs: { p50: 3, p99: 5, p999: 8 } }),
    sample('pillion', { perSecond: 200, latencyMs: { p50: 2, p99: 9, p999: 9 } }),
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
  assert.equal(pillion?.p999Ms, 8)
  assert.equal(nats?.p50Ms, undefined)
})

test('takes the cost of a message from each run, not from the medians of cores and rate', () => {
  const [row] = summarize([
    sample('pillion', { perSecond: 100_000, serverCores: 1, generatorCores: 0.5 }),
    sample('pillion', { perSecond: 200_000, serverCores: 1, generatorCores: 0.5 }),
    sample('pillion', { perSecond: 50_000, serverCores: 0.1, generatorCores: 0.5 }),
  ])
  assert.equal(row?.serverMicroseconds, 5)
  assert.equal(row?.generatorMicroseconds, 5)
  assert.equal(summarize([sample('nats', {})])[0]?.serverMicroseconds, undefined)
})

test('adds up drops by reason', () => {
  const counters = { received: 0, sent: 0 }
  const [row] = summarize([
    sample('pillion', {}, { counters: { ...counters, dropped: { outbox_full: 1 } } }),
    sample('pillion', {}, { counters: { ...counters, dropped: { outbox_full: 2, no_receiver: 3 } } }),
    sample('pillion', {}),
  ])
  assert.deepEqual(row?.dropped, { outbox_full: 3, no_receiver: 3 })
})

test('compares each size with the smallest of its own kind on the same server', () => {
  const sized = (server: Sample['server'], of: 'vehicles' | 'filters', count: number, serverCores: number) =>
    sample(server, { serverCores }, { size: { of, count } })
  const rows = summarize([
    sized('pillion', 'vehicles', 100, 0.2),
    sized('pillion', 'vehicles', 1000, 0.3),
    sized('pillion', 'filters', 10, 0.4),
    sized('pillion', 'filters', 100, 0.4),
    sized('nats', 'vehicles', 100, 1),
    sized('nats', 'vehicles', 1000, 3),
  ])
  assert.deepEqual(
    rows.map(({ costTimesSmallest }) => costTimesSmallest?.toFixed(2)),
    ['1.00', '1.50', '1.00', '1.00', '1.00', '3.00'],
  )
  assert.equal(summarize([sample('pillion', { serverCores: 1 })])[0]?.costTimesSmallest, undefined)
})
