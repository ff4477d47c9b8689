import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkBar } from './bars.ts'
import type { Row } from './sample.ts'

function row(server: Row['server'], perSecond: number, kilobytesPerConnection?: number, lost = 0): Row {
  return {
    server,
    perSecond,
    slowest: perSecond,
    fastest: perSecond,
    lost,
    p50Ms: undefined,
    p99Ms: undefined,
    serverCores: undefined,
    generatorCores: 0,
    otherCores: 0,
    rssKilobytes: undefined,
    kilobytesPerConnection,
  }
}

test('passes at the bar and fails below it, naming workload and bar', () => {
  const bar = { timesMosquittoMin: 6 }
  assert.deepEqual(checkBar('stream', [row('pillion', 600), row('mosquitto', 100)], bar), [])
  assert.deepEqual(checkBar('stream', [row('pillion', 599), row('mosquitto', 100)], bar), [
    'stream: 5.99 × mosquitto, the bar is 6 ×',
  ])
})

test('measures pillion with its access checks, not the open policy', () => {
  const rows = [row('pillion', 1), row('pillion-open', 600), row('mosquitto', 100)]
  assert.equal(checkBar('stream', rows, { timesMosquittoMin: 6 }).length, 1)
})

test('fails above the memory of an idle connection, and when it cannot be read', () => {
  const bar = { kilobytesPerConnectionMax: 8 }
  assert.deepEqual(checkBar('connections', [row('pillion', 1, 8)], bar), [])
  assert.match(checkBar('connections', [row('pillion', 1, 8.1)], bar)[0] ?? '', /8\.1 KB.*8 KB/)
  assert.match(checkBar('connections', [row('pillion', 1)], bar)[0] ?? '', /memory cannot be read/)
})

test('fails when pillion lost a message, or one of the two was not measured', () => {
  const bar = { timesMosquittoMin: 1 }
  assert.match(
    checkBar('paced', [row('pillion', 2, undefined, 1), row('mosquitto', 1)], bar)[0] ?? '',
    /lost 1/,
  )
  assert.match(checkBar('paced', [row('pillion', 2)], bar)[0] ?? '', /mosquitto was not measured/)
  assert.match(checkBar('paced', [row('mosquitto', 2)], bar)[0] ?? '', /pillion was not measured/)
})

test('fails when other processes took part of the machine', () => {
  const disturbed = { ...row('mosquitto', 1), otherCores: 0.5 }
  const faults = checkBar('paced', [row('pillion', 2), disturbed], { timesMosquittoMin: 1 })
  assert.deepEqual(faults, ['paced: mosquitto was disturbed by other processes, run again'])
})

test('has a bar for every workload in bars.json', () => {
  const rows = [row('pillion', 1, 1_000), row('mosquitto', 1_000)]
  for (const workload of ['stream', 'fan-out', 'paced', 'fleet', 'connections'] as const) {
    assert.equal(checkBar(workload, rows).length, 1, workload)
  }
})
