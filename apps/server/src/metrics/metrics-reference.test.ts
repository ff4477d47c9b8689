import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { formatMetricsReference, listMetrics } from './metrics-reference.ts'

test('docs/reference/metrics.md lists every metric as it is', () => {
  const file = new URL('../../../../docs/reference/metrics.md', import.meta.url)
  assert.equal(
    readFileSync(file, 'utf8'),
    formatMetricsReference(),
    'run node apps/server/src/metrics/metrics-reference.ts > docs/reference/metrics.md',
  )
})

test('counters, and nothing else, end in _total, and durations are in seconds', () => {
  for (const { name, type, help } of listMetrics()) {
    assert.equal(name.endsWith('_total'), type === 'counter', name)
    if (type === 'histogram') assert.match(name, /_seconds$/)
    assert.doesNotMatch(name, /milliseconds|_ms|kilobytes/)
    assert.match(help, /\.$/, name)
  }
})
