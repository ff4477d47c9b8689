import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { readProcessUsage } from '../bench/src/generator/process-usage.ts'
import { assertUnmoved, describe as inWords } from './support/figures.ts'
import { addFleet } from './support/fleet.ts'
import type { LoadProcess } from './support/load/load-process.ts'
import { Overload } from './support/overload.ts'

type Guessers = LoadProcess<typeof import('./support/load/guessers.ts')>

const stormSeconds = 5

const overload = await Overload.start('product')
after(() => overload.close())
const fleet = await addFleet(overload.pillion, 'ACME', 1)

describe('two clients with one id, each of which comes back at once', () => {
  test('are told why after a few rounds, and made to wait; processor and log stay calm', async (t) => {
    await overload.patiently(t, async () => {
      const storm: Guessers = overload.start('./guessers.ts')
      const { port, username = '', password = '' } = fleet.partner
      const fighter = { port, username, password, clientId: 'the-same' }
      const cpuBefore = readCpuSeconds()
      const measured = await overload.measure(() => storm.call('fight', fighter, 2, stormSeconds))
      const cpu = (readCpuSeconds() - cpuBefore) / stormSeconds
      t.diagnostic(`${JSON.stringify(measured.result)}, ${cpu.toFixed(2)} cores, ${inWords(measured)}`)
      await overload.settle(measured, 0)
      const { count, byCode, reasons } = measured.result
      assert.ok((byCode[0] ?? 0) <= 20, `let in ${byCode[0]} times`)
      assert.match(reasons.join(), /client id/i)
      assert.ok(count <= 100, `answered ${count} times`)
      assert.ok(measured.logLines <= 200, `${measured.logLines} lines of log`)
      assertUnmoved(measured)
    })
  })
})

/** Processor seconds the server has used so far. */
function readCpuSeconds(): number {
  return readProcessUsage(overload.pillion.running.child.pid ?? 0)?.cpuSeconds ?? assert.fail()
}
