import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listMetrics } from './metrics-reference.ts'

test('counters, and nothing else, end in _total, and durations are in seconds', () => {
  for (const { name, type, help } of listMetrics()) {
    assert.equal(name.endsWith('_total'), type === 'counter', name)
    if (type === 'histogram') assert.match(name, /_seconds$/)
    assert.doesNotMatch(name, /milliseconds|_ms|kilobytes/)
    assert.match(help, /\.$/, name)
  }
})
