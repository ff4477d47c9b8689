import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Latencies } from './latencies.ts'

test('tells percentiles to within a bucket', () => {
  const latencies = new Latencies()
  for (let milliseconds = 1; milliseconds <= 1000; milliseconds++) latencies.record(milliseconds)
  for (const [fraction, milliseconds] of [
    [0.5, 500],
    [0.99, 990],
    [1, 1000],
  ] as const) {
    const measured = latencies.percentile(fraction) ?? 0
    assert.ok(Math.abs(measured / milliseconds - 1) < 0.045, `${fraction}: ${measured}`)
  }
})

test('takes durations beyond its buckets, down to nothing', () => {
  const latencies = new Latencies()
  latencies.record(0)
  assert.ok((latencies.percentile(0.5) ?? 1) < 0.002)
  latencies.record(Number.MAX_SAFE_INTEGER)
  assert.ok((latencies.percentile(1) ?? 0) > 1000)
})

test('has no percentile before the first duration and after clear', () => {
  const latencies = new Latencies()
  assert.equal(latencies.percentile(0.5), undefined)
  latencies.record(1)
  latencies.clear()
  assert.equal(latencies.percentile(0.5), undefined)
})
