import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { assertUnmoved, describe as inWords } from './support/figures.ts'
import type { LoadProcess } from './support/load/load-process.ts'
import { Overload } from './support/overload.ts'

type Strangers = LoadProcess<typeof import('./support/load/strangers.ts')>

const overload = await Overload.start('product')
after(() => overload.close())

describe('strangers who connect', () => {
  test('2,000 without a CONNECT, 500 with one that comes byte by byte: gone within 15 s', async (t) => {
    await overload.patiently(t, async () => {
      const connections = await overload.connections()
      const silent: Strangers = overload.start('./strangers.ts')
      const slow: Strangers = overload.start('./strangers.ts')
      const measured = await overload.measure(() =>
        Promise.all([
          silent.call('beSilent', overload.pillion.ports.mqtt, 2_000),
          slow.call('dribble', overload.pillion.ports.mqtt, 500, 20),
        ]),
      )
      t.diagnostic(`${JSON.stringify(measured.result)}, ${inWords(measured)}`)
      for (const { seconds, answerBytes } of measured.result) {
        assert.ok(seconds <= 15, `${seconds} s`)
        assert.equal(answerBytes, 0)
      }
      await overload.settle(measured, 0)
      const counters = await overload.counters()
      const name = 'refused_connect_connect_timeout'
      assert.equal((counters[name] ?? 0) - (measured.before[name] ?? 0), 2_500)
      assert.equal(await overload.connections(), connections)
      assertUnmoved(measured)
    })
  })
})
