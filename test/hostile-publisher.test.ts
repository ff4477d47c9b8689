import { after, describe, test } from 'node:test'
import { assertFigure, assertUnmoved, describe as inWords } from './support/figures.ts'
import { addFleet } from './support/fleet.ts'
import type { LoadProcess } from './support/load/load-process.ts'
import type { SignIn } from './support/load/sign-in.ts'
import { Overload, sum } from './support/overload.ts'

type Publisher = LoadProcess<typeof import('./support/load/publisher.ts')>
type Subscribers = LoadProcess<typeof import('./support/load/subscribers.ts')>

const floodBytes = 200_000_000
/** A fifth of what the publisher could send. */
const readBytesPerSecond = 50_000_000

const overload = await Overload.start('product')
after(() => overload.close())
const fleet = await addFleet(overload.pillion, 'ACME', 1)

describe('a publisher of 200 MB that is faster than its reader', () => {
  for (const payloadBytes of [1_000, 65_536]) {
    test(`${payloadBytes} bytes a message: it is held back before anything is dropped, and nobody else is`, async (t) => {
      await overload.patiently(t, async () => {
        const publisher: Publisher = overload.start('./publisher.ts')
        const reader: Subscribers = overload.start('./subscribers.ts', 0)
        await publisher.call('open', fleet.vehicles[0] as SignIn)
        await reader.call('open', [{ ...fleet.partner, topicFilters: [fleet.uplinkFilter] }])
        const messages = Math.ceil(floodBytes / payloadBytes)
        const flood = () =>
          publisher.call('flood', { topicName: fleet.uplinkName(0), payloadBytes, messages })
        // What memory a busy server needs is not what a slow reader costs.
        await flood()
        await reader.call('slowDown', readBytesPerSecond)
        const measured = await overload.measure(flood)
        const dropped = await overload.settle(measured, messages)
        t.diagnostic(
          `${Math.round(messages / measured.result.seconds)} messages/s, ${inWords(measured)}, dropped ${JSON.stringify(dropped)}`,
        )
        // A reader that this machine stops for longer than the server has patience does not read steadily.
        assertFigure(sum(dropped) === 0, `dropped ${JSON.stringify(dropped)}`)
        assertUnmoved(measured)
      })
    })
  }
})
