import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { assertFigure, assertUnmoved, describe as inWords } from './support/figures.ts'
import { addFleet } from './support/fleet.ts'
import { LoadProcess } from './support/load/load-process.ts'
import { ping, publishPacket, signIn } from './support/load/sign-in.ts'
import { Overload } from './support/overload.ts'
import { poll } from './support/poll.ts'

type Crowd = LoadProcess<typeof import('./support/load/crowd.ts')>

const crowdSize = 5_000
const perSecondMin = 1_500
const secondsToComeBackMax = 20

const overload = await Overload.start('product')
after(() => overload.close())
const fleet = await addFleet(overload.pillion, 'ACME', crowdSize)

describe('5,000 connects and disconnects in a row', () => {
  test('pass at 1,500 a second or more with passwords checked, and leave nothing behind', async (t) => {
    await overload.patiently(t, async () => {
      const crowd: Crowd = overload.start('./crowd.ts')
      // Code and heap grow to their working size with the first thousand.
      await crowd.call('comeAndGo', fleet.vehicles.slice(0, 1_000))
      const connections = await overload.connections()
      const measured = await overload.measure(() => crowd.call('comeAndGo', fleet.vehicles))
      const perSecond = Math.round(crowdSize / measured.result.seconds)
      t.diagnostic(`${perSecond}/s, ${inWords(measured)}`)
      await overload.settle(measured, 0)
      const accepted = (await overload.counters()).connections_accepted ?? 0
      assert.equal(accepted - (measured.before.connections_accepted ?? 0), crowdSize)
      assert.equal(await overload.connections(), connections)
      assertUnmoved(measured)
      assertFigure(perSecond >= perSecondMin, `only ${perSecond} passed in a second`)
    })
  })
})

describe('kill -9 of a server with 5,000 clients, and a new start on the same data', () => {
  let crowd: Crowd
  before(() => {
    crowd = LoadProcess.start('./crowd.ts')
  })
  after(() => crowd?.stop())

  test('all are back within 20 s, subscribed, and each gets its message', async (t) => {
    const { pillion } = overload
    const signIns = fleet.vehicles.map((vehicle, index) => ({
      ...vehicle,
      topicFilters: [fleet.downlinkFilter(index)],
    }))
    await crowd.call('settleIn', signIns)
    await sendToAll()
    await untilAllReceived(1)

    await pillion.kill()
    await crowd.call('untilNobodyReady')
    const killedAt = performance.now()
    await pillion.restart()
    const startSeconds = (performance.now() - killedAt) / 1_000
    await crowd.call('untilAllReady')
    const seconds = (performance.now() - killedAt) / 1_000
    t.diagnostic(`all back after ${seconds.toFixed(1)} s, ${startSeconds.toFixed(1)} s of them the start`)
    await sendToAll()
    await untilAllReceived(2)
    assert.ok(seconds <= secondsToComeBackMax, `${seconds} s`)
  })

  async function sendToAll(): Promise<void> {
    const partner = await signIn(fleet.partner)
    for (const index of fleet.vehicles.keys())
      partner.send(publishPacket(fleet.downlinkName(index), Buffer.from('{}')))
    await ping(partner)
    partner.destroy()
  }

  async function untilAllReceived(messages: number): Promise<void> {
    const ask = () => crowd.call('countThoseWhoReceived', messages)
    assert.equal(await poll(ask, (count) => count === crowdSize, 30_000), crowdSize)
  }
})
