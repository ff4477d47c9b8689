import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { assertUnmoved, burstSeconds, describe as inWords } from './support/figures.ts'
import type { LoadProcess } from './support/load/load-process.ts'
import type { Oddity } from './support/load/web-sockets.ts'
import { Overload } from './support/overload.ts'

type WebSockets = LoadProcess<typeof import('./support/load/web-sockets.ts')>

const overload = await Overload.start('product')
after(() => overload.close())

describe('WebSockets with', () => {
  const rows: Record<Oddity, string> = {
    'a frame of 256 MB': '1009',
    'a message of fragments without end': '1009',
    'a message of empty fragments without end': '1008',
    'a text frame': '1003',
    'a deflate bomb that nobody agreed to': '1002',
    'a frame without a mask': '1002',
    'pings whose answers are not read': '',
  }
  for (const [oddity, code] of Object.entries(rows) as [Oddity, string][]) {
    test(`${oddity} are closed${code === '' ? '' : ` with ${code}`}`, async (t) => {
      await overload.patiently(t, async () => {
        const sockets: WebSockets = overload.start('./web-sockets.ts')
        const measured = await overload.measure(
          () => sockets.call('misbehave', overload.pillion.ports.http, 20, oddity),
          burstSeconds,
        )
        t.diagnostic(`${JSON.stringify(measured.result)}, ${inWords(measured)}`)
        await overload.settle(measured, 0)
        assertUnmoved(measured)
        assert.deepEqual(measured.result, { [code]: 20 })
      })
    })
  }
})
