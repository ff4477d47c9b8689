import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { assertUnmoved, describe as inWords } from './support/figures.ts'
import type { FloodKind } from './support/load/floods.ts'
import type { LoadProcess } from './support/load/load-process.ts'
import { Overload, sum } from './support/overload.ts'
import { poll } from './support/poll.ts'

type Floods = LoadProcess<typeof import('./support/load/floods.ts')>
type Subscribers = LoadProcess<typeof import('./support/load/subscribers.ts')>

const overload = await Overload.start('open')
after(() => overload.close())

describe('one client that sends without a pause', () => {
  const rows: { kind: FloodKind; count: number; reader?: boolean }[] = [
    { kind: 'PUBLISH at QoS 1', count: 300_000, reader: true },
    { kind: 'PUBLISH at QoS 2', count: 150_000, reader: true },
    { kind: 'PINGREQ', count: 1_000_000 },
    { kind: 'SUBSCRIBE and UNSUBSCRIBE', count: 100_000 },
    { kind: 'PUBLISH to ever new topic names', count: 1_000_000, reader: true },
  ]
  for (const { kind, count, reader = false } of rows) {
    test(`${count} × ${kind}: each is answered, memory and bystander are unmoved`, async (t) => {
      await overload.patiently(t, async () => {
        const port = overload.pillion.ports.mqtt
        const flood: Floods = overload.start('./floods.ts')
        await flood.call('open', { port, clientId: 'flood' })
        const subscriber: Subscribers = overload.start('./subscribers.ts', 0)
        await subscriber.call('open', [{ port, clientId: 'reader', topicFilters: ['flood/#'] }])
        const measured = await overload.measure(() => flood.call('flood', kind, count))
        const dropped = await overload.settle(measured, reader ? count : 0)
        const expected = (reader ? count : 0) - sum(dropped)
        const ask = async () => (await subscriber.call('figures')).received
        const received = await poll(ask, (read) => read >= expected, 5_000)
        t.diagnostic(
          `${Math.round(count / measured.result.seconds)}/s, ${inWords(measured)}, dropped ${JSON.stringify(dropped)}, ${received} read`,
        )
        assert.equal(received, expected)
        assertUnmoved(measured)
      })
    })
  }
})
