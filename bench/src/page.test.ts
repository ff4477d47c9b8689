import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Machine } from './machine.ts'
import { formatPage } from './page.ts'
import type { Result } from './result.ts'
import { makeRow } from './row.fixture.ts'

const machine: Machine = {
  cores: 2,
  processor: 'Some Processor',
  memoryGigabytes: 8,
  system: 'Linux 6',
  node: '24.0.0',
  servers: { pillion: 'abc', nats: '2.9' },
  date: '2026-11-21T00:00:00.000Z',
}
const result: Result = {
  task: { workload: 'stream', transport: 'tls', payloadBytes: 1024 },
  runs: 5,
  rows: [makeRow({ perSecond: 300 }), makeRow({ server: 'nats', perSecond: 100 })],
  bars: [
    {
      passed: false,
      value: 3,
      bar: { workload: 'stream', over: 'tls', figure: 'perSecond', against: 'nats', min: 4 },
      text: 'stream over tls: 3.00 × nats, per second; the bar is at least 4',
    },
  ],
  faults: ['nats was disturbed'],
}

test('shows machine, date, versions, runs, bars, table and faults', () => {
  const page = formatPage(machine, [result])
  for (const expected of [
    /Written by `npm run bench -- --page`.*median of several runs/,
    /2 × Some Processor .* pillion abc · nats 2\.9 · 2026-11-21/,
    /^\| no \| stream over tls: 3\.00 × nats.* \|$/m,
    /^## stream over tls: .*, 1024 B, 5 runs$/m,
    /^\| server \| delivered\/s \|.*\n\| --- \| ---: \|.*\n\| pillion \| 300 \|.*\n\| nats \| 100 \|/m,
    /^- pillion = 3\.00 × nats/m,
    /^- nats was disturbed$/m,
  ]) {
    assert.match(page, expected)
  }
})

test('leaves the bars out where there are none', () => {
  assert.doesNotMatch(formatPage(machine, [{ ...result, bars: [] }]), /## Bars/)
})
