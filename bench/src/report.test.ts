import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatTask } from './report.ts'
import { makeRow } from './row.fixture.ts'
import type { Row, Task } from './sample.ts'

const task: Task = { workload: 'paced', transport: 'tcp', payloadBytes: 100 }
const row: Row = makeRow({
  perSecond: 120_000,
  slowest: 110_000,
  fastest: 130_000,
  p50Ms: 1.234,
  p99Ms: 5,
  p999Ms: 9,
  serverMicroseconds: 4,
  serverCores: 0.5,
  generatorCores: 0.8,
  rssKilobytes: 102_400,
})
const mosquitto: Row = { ...row, server: 'mosquitto', perSecond: 100_000, serverMicroseconds: 10 }

test('shows every server, and ours as a multiple of each other, in all and per core', () => {
  const text = formatTask(task, [row, mosquitto])
  assert.match(text, /^paced over tcp: .*, 100 B$/m)
  assert.match(text, /pillion +120,000 +110,000 – 130,000 +1\.23 +5\.00 +9\.00/)
  assert.match(text, /mosquitto +100,000/)
  assert.match(text, /pillion = 1\.20 × mosquitto, per core 2\.50 ×/)
})

test('says when the generator was the limit, and when others took part of the machine', () => {
  assert.doesNotMatch(formatTask(task, [row]), /limit|disturbed/)
  assert.match(formatTask(task, [{ ...row, generatorCores: 0.95 }]), /pillion: the generator was the limit/)
  assert.match(formatTask(task, [{ ...row, otherCores: 0.5 }]), /pillion: disturbed.* 0\.50 cores/)
})

test('shows drops by reason', () => {
  const dropped = { outbox_full: 1_200, connection_closed: 3 }
  assert.match(
    formatTask(task, [{ ...row, dropped }]),
    /pillion: dropped 1,200 outbox_full, 3 connection_closed/,
  )
})

test('at a fixed rate shows it, compares latencies, and says when the generator was late', () => {
  const latency: Task = { ...task, workload: 'latency', ratePerSecond: 40_000 }
  const rows = [
    { ...row, delayMs: 1.5, generatorCores: 1 },
    { ...mosquitto, p50Ms: 2.468, p99Ms: 10 },
  ]
  const text = formatTask(latency, rows)
  assert.match(text, /40,000 messages\/s/)
  assert.match(text, /pillion = 0\.50 × mosquitto at p50, 0\.50 × at p99/)
  assert.match(text, /pillion: the generator was late itself, by 1\.50 ms/)
  assert.doesNotMatch(text, /the generator was the limit/)
})

test('compares the memory of connections', () => {
  const connections = [
    { ...row, kilobytesPerConnection: 5 },
    { ...mosquitto, kilobytesPerConnection: 20 },
  ]
  const text = formatTask({ ...task, workload: 'connections' }, connections)
  assert.match(text, /pillion = 1\.20 × mosquitto, KB\/connection 0\.25 ×/)
  assert.doesNotMatch(text, /100 B/)
})

test('compares sizes with the same size of others, and names them in doubts', () => {
  const small = { of: 'vehicles', count: 100 } as const
  const large = { of: 'vehicles', count: 20_000 } as const
  const rows = [
    { ...row, size: small, costTimesSmallest: 1 },
    { ...row, size: large, costTimesSmallest: 1.1, otherCores: 0.5 },
    { ...mosquitto, size: large },
  ]
  const text = formatTask({ ...task, workload: 'scaling' }, rows)
  assert.match(text, /pillion +20,000 vehicles .* 1\.10 /)
  assert.equal(text.match(/pillion = /g)?.length, 1)
  assert.match(text, /pillion, 20,000 vehicles: disturbed/)
})

test('shows what /proc would tell as unknown where there is none', () => {
  const blind = { ...row, serverCores: undefined, serverMicroseconds: undefined, rssKilobytes: undefined }
  const text = formatTask(task, [blind, mosquitto])
  assert.match(text, /pillion .*\?/)
  assert.match(text, /pillion = 1\.20 × mosquitto$/m)
  assert.doesNotMatch(text, /NaN/)
})
