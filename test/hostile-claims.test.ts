import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { limits } from '@pillion/schema'
import { assertUnmoved, burstSeconds, describe as inWords } from './support/figures.ts'
import { addFleet } from './support/fleet.ts'
import type { LoadProcess } from './support/load/load-process.ts'
import { Overload } from './support/overload.ts'

type Strangers = LoadProcess<typeof import('./support/load/strangers.ts')>

/** A hundred of them may bring no more than the largest packet each before they are closed. */
const bytesReceivedMax = 100 * limits.packetBytesMax

const overload = await Overload.start('product')
after(() => overload.close())
const fleet = await addFleet(overload.pillion, 'ACME', 1)

describe('strangers who announce 256 MB', () => {
  for (const { who, firstByte } of [
    { who: 'as their CONNECT', firstByte: 0x10 },
    { who: 'as a PUBLISH', firstByte: 0x30 },
    { who: 'as a SUBSCRIBE', firstByte: 0x82 },
  ]) {
    test(`${who} are closed before these are collected`, async (t) => {
      await overload.patiently(t, async () => {
        const strangers: Strangers = overload.start('./strangers.ts')
        const credentials = firstByte === 0x10 ? undefined : fleet.partner
        const measured = await overload.measure(
          () => strangers.call('claim', overload.pillion.ports.mqtt, 100, firstByte, credentials),
          burstSeconds,
        )
        await overload.settle(measured, 0)
        const bytes = (await overload.counters()).bytes_received ?? 0
        const received = bytes - (measured.before.bytes_received ?? 0)
        t.diagnostic(`${received} bytes received, ${JSON.stringify(measured.result)}, ${inWords(measured)}`)
        assert.ok(received <= bytesReceivedMax, `${received} bytes received`)
        assertUnmoved(measured)
      })
    })
  }
})
