import assert from 'node:assert/strict'
import { test } from 'node:test'
import { one, placeClients, three, two } from './layouts.ts'
import type { LoadSample } from './loads.ts'
import { barsOf, formatLoad } from './report.ts'

test('places no vehicle on the node of its partner, unless there is only one', () => {
  assert.deepEqual(placeClients(one, [1]), { partnerPorts: [1], vehiclePorts: [1] })
  assert.deepEqual(placeClients(two, [1, 2]), { partnerPorts: [1], vehiclePorts: [2] })
  assert.deepEqual(placeClients(three, [1, 2, 3]), { partnerPorts: [1, 2, 3], vehiclePorts: [2, 3, 1] })
})

test('tells rates and processor time as ratios to one node', () => {
  const samples = [sample('one', 1_000_000, 0.25), sample('two', 500_000, 0.5, 0.125)]
  const rows = formatLoad('stream', samples).split('\n').slice(-2)
  assert.match(rows[0] ?? '', /^\| one \| 1,000,000 \| 1\.00 \| 0\.25 \| 0\.00 \| 1\.00 /)
  assert.match(rows[1] ?? '', /^\| two \| 500,000 \| 0\.50 \| 1\.00 \| 0\.25 \| 5\.00 /)
})

test('passes stream over two nodes from half of one on, and nothing that is not accounted for', () => {
  const passed = (rate: number, faults: string[] = []) =>
    barsOf([sample('one', 1_000, 1), { ...sample('two', rate, 1), faults }], []).map((bar) => bar.passed)
  assert.deepEqual(passed(500), [true, true])
  assert.deepEqual(passed(499), [false, true])
  assert.deepEqual(passed(500, ['2 messages were sent, 1 arrived']), [true, false])
})

function sample(
  layout: LoadSample['layout'],
  perSecond: number,
  serverCores: number,
  relayCores = 0,
): LoadSample {
  const measurement = { perSecond, published: 0, expected: 0, received: 0, lost: 0, generatorCores: 0 }
  return {
    load: 'stream',
    layout,
    run: 1,
    measurement: { ...measurement, serverCores, relayCores },
    counters: { received: 0, sent: 0, dropped: {} },
    faults: [],
  }
}
