import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isReady, readVinList, vinsMax } from './vin-list.ts'

test('VINs are read out of lines, sheets and lists, each once, and what is none is told', () => {
  const one = 'VF7CONSOLE0000001'
  const two = 'VF7CONSOLE0000002'
  const text = `vin\r\n"${one}";"Paris"\n${two}\t7, ${one}\n`
  assert.deepEqual(readVinList(text), { vins: [one, two], faults: ['vin', 'Paris', '7'] })
  assert.deepEqual(readVinList(' \n '), { vins: [], faults: [] })
})

test('a list is ready with 1 to 10,000 VINs and nothing else in it', () => {
  const vins = (count: number) =>
    Array.from({ length: count }, (_, at) => `VF7${String(at).padStart(14, '0')}`)
  const ready = [1, vinsMax, 0, vinsMax + 1].map((count) => isReady(readVinList(vins(count).join('\n'))))
  assert.deepEqual(ready, [true, true, false, false])
  assert.ok(!isReady(readVinList(`${vins(1)} x`)))
})
