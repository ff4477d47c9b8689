import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addCounters, parseMetrics } from './counters.ts'

const text = `# HELP pillion_messages_received_total MQTT messages received.
# TYPE pillion_messages_received_total counter
pillion_messages_received_total 10
# TYPE pillion_messages_sent_total counter
pillion_messages_sent_total 1e+21
# TYPE pillion_dropped_total counter
pillion_dropped_total{reason="outbox_full"} 3
pillion_dropped_total{reason="connection_closed"} 4
`

test('reads messages and drops by reason from /metrics', () => {
  assert.deepEqual(parseMetrics(text), {
    received: 10,
    sent: 1e21,
    dropped: { outbox_full: 3, connection_closed: 4 },
  })
})

test('refuses metrics without the counters, rather than take them for 0', () => {
  assert.throws(() => parseMetrics('pillion_messages_sent_total 1\n'), /pillion_messages_received_total/)
})

test('adds up what several nodes counted, each reason by itself', () => {
  const sum = addCounters([
    { received: 10, sent: 0, dropped: { relay_full: 1, outbox_full: 2 } },
    { received: 0, sent: 7, dropped: { relay_full: 3 } },
  ])
  assert.deepEqual(sum, { received: 10, sent: 7, dropped: { relay_full: 4, outbox_full: 2 } })
})
