import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Bar, checkBars, findFaults } from './bars.ts'
import { makeRow } from './row.fixture.ts'
import type { Sample, Task } from './sample.ts'
import { workloadNames } from './workloads/index.ts'

const stream: Task = { workload: 'stream', transport: 'tcp', payloadBytes: 100 }
const times6: Bar = { workload: 'stream', over: 'tcp', figure: 'perSecond', against: 'mosquitto', min: 6 }
const mosquitto = makeRow({ server: 'mosquitto', perSecond: 100 })

test('passes at the bar and fails below it, telling value and bar', () => {
  const [at] = checkBars(stream, [makeRow({ perSecond: 600 }), mosquitto], [times6])
  assert.equal(at?.passed, true)
  assert.equal(at?.text, 'stream over tcp: 6.00 × mosquitto, per second; the bar is at least 6')
  const [below] = checkBars(stream, [makeRow({ perSecond: 599 }), mosquitto], [times6])
  assert.equal(below?.passed, false)
  assert.equal(below?.value, 5.99)
})

test('measures pillion with its access checks, not the open policy', () => {
  const rows = [makeRow({ perSecond: 1 }), makeRow({ server: 'pillion-open', perSecond: 600 }), mosquitto]
  assert.equal(checkBars(stream, rows, [times6])[0]?.passed, false)
})

test('fails above a bar that is a maximum: memory, latency against a peer', () => {
  const connections: Task = { ...stream, workload: 'connections' }
  const kilobytes: Bar = { workload: 'connections', over: 'tcp', figure: 'kilobytesPerConnection', max: 6 }
  const check = (row: object) => checkBars(connections, [makeRow(row)], [kilobytes])[0]
  assert.equal(check({ kilobytesPerConnection: 6 })?.passed, true)
  assert.match(check({ kilobytesPerConnection: 6.1 })?.text ?? '', /6\.10 KB.*at most 6$/)
  assert.equal(check({ kilobytesPerConnection: 6.1 })?.passed, false)
  assert.equal(check({})?.passed, false)

  const latency: Task = { ...stream, workload: 'latency' }
  const p99: Bar = { workload: 'latency', over: 'tcp', figure: 'p99Ms', against: 'nats', max: 1 }
  const nats = makeRow({ server: 'nats', p99Ms: 2 })
  assert.equal(checkBars(latency, [makeRow({ p99Ms: 2 }), nats], [p99])[0]?.passed, true)
  assert.equal(checkBars(latency, [makeRow({ p99Ms: 2.1 }), nats], [p99])[0]?.passed, false)
})

test('takes the worst of several rows, and none that is missing', () => {
  const scaling: Task = { ...stream, workload: 'scaling' }
  const bar: Bar = { workload: 'scaling', over: 'tcp', figure: 'costTimesSmallest', max: 1.25 }
  const row = (costTimesSmallest: number | undefined) => makeRow({ costTimesSmallest })
  assert.equal(checkBars(scaling, [row(1), row(1.2)], [bar])[0]?.passed, true)
  assert.equal(checkBars(scaling, [row(1), row(1.3), row(1.1)], [bar])[0]?.value, 1.3)
  assert.equal(checkBars(scaling, [row(1), row(undefined)], [bar])[0]?.passed, false)
})

test('fails when one of the two was not measured', () => {
  assert.equal(checkBars(stream, [mosquitto], [times6])[0]?.passed, false)
  const [unknown] = checkBars(stream, [makeRow({})], [times6])
  assert.equal(unknown?.passed, false)
  assert.match(unknown?.text ?? '', /not known.*mosquitto/)
})

test('asks a bar only over its transport and for messages of 100 bytes', () => {
  assert.equal(checkBars({ ...stream, transport: 'tls' }, [], [times6]).length, 0)
  assert.equal(checkBars({ ...stream, payloadBytes: 1024 }, [], [times6]).length, 0)
})

test('has a bar for every workload in bars.json', () => {
  for (const workload of workloadNames) {
    assert.ok(checkBars({ ...stream, workload }, []).length > 0, workload)
  }
})

function sample(changes: Partial<Sample['measurement']>, counters?: Sample['counters']): Sample {
  const measurement = { perSecond: 1, published: 5, expected: 5, received: 5, lost: 0, generatorCores: 0 }
  return {
    ...stream,
    server: 'pillion',
    run: 2,
    measurement: { ...measurement, ...changes },
    ...(counters && { counters }),
  }
}

test('finds losses of pillion, not those of others', () => {
  assert.match(findFaults(stream, [], [makeRow({ lost: 1 })])[0] ?? '', /pillion lost 1/)
  assert.deepEqual(findFaults(stream, [], [makeRow({ server: 'aedes', lost: 1 })]), [])
})

test('finds a run in which messages are unaccounted for, by its number', () => {
  const counters = { received: 5, sent: 5, dropped: {} }
  assert.deepEqual(findFaults(stream, [sample({}, counters)], []), [])
  assert.deepEqual(findFaults(stream, [sample({})], []), [])
  assert.match(findFaults(stream, [sample({}, { ...counters, sent: 4 })], [])[0] ?? '', /pillion, run 2: /)
})

test('finds that other processes took part of the machine, where a bar depends on it', () => {
  const disturbed = { ...mosquitto, otherCores: 0.5 }
  assert.deepEqual(findFaults(stream, [], [makeRow({}), disturbed]), [
    'stream over tcp, 100 B: mosquitto was disturbed by other processes, run again',
  ])
  assert.deepEqual(findFaults(stream, [], [makeRow({ server: 'relay', otherCores: 0.5 })]), [])
})
