import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { assertFigure, assertUnmoved, describe as inWords } from './support/figures.ts'
import { addFleet } from './support/fleet.ts'
import type { LoadProcess } from './support/load/load-process.ts'
import type { SignIn } from './support/load/sign-in.ts'
import { Overload, sum } from './support/overload.ts'
import { poll } from './support/poll.ts'
import { root } from './support/scene.ts'

type Publisher = LoadProcess<typeof import('./support/load/publisher.ts')>
type Subscribers = LoadProcess<typeof import('./support/load/subscribers.ts')>

const floodBytes = 200_000_000
/** The median counts: one flood is over in half a second. */
const rounds = 3
const rateKeptMin = 0.8

const overload = await Overload.start('product')
after(() => overload.close())
const fleet = await addFleet(overload.pillion, 'ACME', 1)

/** Every other one asks for the other form of the topic names, which the server has to write anew. */
async function openSubscribers(count: number, over: 'mqtt' | 'mqtts'): Promise<Subscribers> {
  const filters = [fleet.uplinkFilter, `${root}/to/uid/ACME/opa/#`]
  const signIns = Array.from({ length: count }, (_, index) => ({
    ...fleet.partner,
    port: overload.pillion.ports[over],
    isSecure: over === 'mqtts',
    topicFilters: [filters[index % 2] as string],
  }))
  const subscribers: Subscribers = overload.start('./subscribers.ts', 0)
  await subscribers.call('open', signIns)
  return subscribers
}

/** Returns messages per second. */
async function flood(publisher: Publisher, payloadBytes: number): Promise<number> {
  const rates: number[] = []
  for (let round = 0; round < rounds; round++) {
    const messages = Math.ceil(floodBytes / payloadBytes)
    const topicName = fleet.uplinkName(0)
    const { seconds } = await publisher.call('flood', { topicName, payloadBytes, messages })
    rates.push(messages / seconds)
  }
  return rates.sort((a, b) => a - b)[Math.floor(rounds / 2)] as number
}

async function countReceived(...loads: Subscribers[]): Promise<number> {
  const figures = await Promise.all(loads.map((load) => load.call('figures')))
  return figures.reduce((sum, { received }) => sum + received, 0)
}

describe('subscribers that stop reading while 200 MB are published to them', () => {
  const rows = [
    ...[1, 50].flatMap((stalled) =>
      [100, 1_000, 65_536].map((payloadBytes) => ({ stalled, payloadBytes, over: 'mqtt' as const })),
    ),
    // Each takes another 64 KiB below the broker, in OpenSSL.
    { stalled: 20, payloadBytes: 1_000, over: 'mqtts' as const },
  ]
  for (const { stalled, payloadBytes, over } of rows) {
    test(`${stalled} × ${payloadBytes} bytes over ${over}: memory, publisher, reader and bystander are unmoved`, async (t) => {
      await overload.patiently(t, async () => {
        const publisher: Publisher = overload.start('./publisher.ts')
        await publisher.call('open', fleet.vehicles[0] as SignIn)
        const reader = await openSubscribers(1, over)
        // It warms the server up as well: the memory of a busy server is not what the stalled ones cost.
        const without = await overload.measure(() => flood(publisher, payloadBytes))
        t.diagnostic(`${Math.round(without.result)} messages/s without them: ${inWords(without)}`)
        const others = await openSubscribers(stalled, over)
        await others.call('stall')
        const readBefore = await countReceived(reader)
        const measured = await overload.measure(() => flood(publisher, payloadBytes))
        t.diagnostic(`${Math.round(measured.result)} messages/s with them: ${inWords(measured)}`)

        const { closed } = await others.call('figures')
        assertFigure(closed === 0, 'it took so long that they were closed as stuck')
        await others.call('resume')
        const published = rounds * Math.ceil(floodBytes / payloadBytes)
        const dropped = await overload.settle(measured, published * (1 + stalled))
        const delivered = published * (1 + stalled) - sum(dropped)
        const countDelivered = async () => (await countReceived(reader, others)) - readBefore
        assert.equal(await poll(countDelivered, (count) => count >= delivered, 5_000), delivered)
        const read = (await countReceived(reader)) - readBefore
        t.diagnostic(`${read} of ${published} read by the one that reads, dropped ${JSON.stringify(dropped)}`)
        assertUnmoved(measured, without)
        assertFigure(measured.result >= rateKeptMin * without.result, 'the publisher was slowed down')
        assertFigure(read === published, `the one that reads lost ${published - read} of ${published}`)
      })
    })
  }
})
