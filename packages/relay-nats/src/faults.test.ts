import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import fc from 'fast-check'
import { CuttableLink, type NatsServer, natsIsMissing, startNats } from './nats.fixture.ts'
import { NodeProcess } from './node-process.fixture.ts'
import { openTogether, quickTimes, TestNode, until } from './nodes.fixture.ts'

describe('nodes in trouble', { skip: natsIsMissing }, () => {
  let server: NatsServer
  before(async () => {
    server = await startNats()
  })
  after(() => server.stop())

  it('finds its way back after it was stopped, and whoever took over its clients stays the holder; killed, it is gone', async () => {
    const common = { servers: [server.url], deployment: 'stopped' }
    const times = { ...quickTimes, forget: 10_000 }
    const here = await new TestNode({ ...common, times, node: 'here' }).open()
    const there = new NodeProcess()
    await there.open({ ...common, times, node: 'there' })
    await there.addInterest('topic')
    await there.claim('taken')
    await there.claim('kept')
    await until('the interest is known', () => here.relay.wants('topic'))
    let sent = 0
    const traffic = setInterval(() => {
      if (here.relay.wants('topic')) here.relay.forward('topic', Buffer.from(String(++sent)))
    }, 2)
    await wait(100)
    there.stop()
    await until('it is gone', () => here.gone.length === 1)
    await here.relay.claim('taken')
    await wait(300)
    there.resume()
    await until('it is there again', () => here.relay.wants('topic'))
    await wait(200)
    clearInterval(traffic)
    const isSettled = async () => {
      const { delivered, dropped } = await there.report()
      return delivered + dropped + here.droppedCount >= sent
    }
    while (!(await isSettled())) await wait(20)
    await wait(200)
    const { delivered, dropped, outOfOrder, evicted, gone, returns } = await there.report()
    assert.equal(delivered + dropped + here.droppedCount, sent)
    assert.equal(outOfOrder, 0)
    assert.deepEqual(evicted, ['taken'])
    assert.deepEqual(here.evicted, [])
    assert.equal(returns, 1)
    assert.deepEqual(gone, [], 'it says of nobody that it is gone because it did not listen')
    here.gone.length = 0
    await there.kill()
    await until('it is gone', () => here.gone.length === 1)
    await here.relay.claim('kept')
    assert.equal(here.relay.wants('topic'), false)
    await here.nodes.close()
  })

  it('delivers each message once and in order, or counts it as dropped, through random faults', async () => {
    const side = fc.constantFrom(0, 1)
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ do: fc.constant('wait' as const), n: fc.integer({ min: 1, max: 150 }) }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('cut' as const), n: side }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('heal' as const), n: side }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('break' as const), n: side }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), n: side }) },
    )
    let runs = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 12 }), async (steps) => {
        const links = [new CuttableLink(server.port), new CuttableLink(server.port)] as const
        for (const link of links) await link.start()
        const deployment = `random-${++runs}`
        const options = {
          deployment,
          times: { ...quickTimes, forget: 20_000 },
          limits: { relayWindowBytesMax: 20_000, relayLateSeconds: 0.5 },
        }
        const nodes = await openTogether(
          new TestNode({ ...options, node: 'a', servers: [links[0].url] }),
          new TestNode({ ...options, node: 'b', servers: [links[1].url] }),
        )
        const [a, b] = nodes
        for (const node of nodes) node.relay.addInterest('topic')
        const sent: [number, number] = [0, 0]
        const traffic = setInterval(() => {
          for (const index of [0, 1] as const) {
            const node = nodes[index]
            if (!node.relay.wants('topic')) continue
            for (let n = 0; n < 5; n++) node.relay.forward('topic', Buffer.from(String(sent[index]++)))
          }
        }, 3)
        for (const { do: what, n } of steps) {
          const link = links[n] as CuttableLink
          if (what === 'wait') await wait(n)
          else if (what === 'cut') link.cut()
          else if (what === 'heal') link.heal()
          else if (what === 'break') link.breakConnections()
          else {
            await server.kill()
            await server.start()
          }
        }
        for (const link of links) link.heal()
        await until('both are there', () => a.relay.wants('topic') && b.relay.wants('topic'))
        clearInterval(traffic)
        const known = () => a.delivered.length + b.delivered.length + a.droppedCount + b.droppedCount
        const forwarded = () => sent[0] + sent[1]
        await until(`${forwarded()} are accounted for`, () => known() >= forwarded())
        await wait(2 * quickTimes.beat)
        assert.equal(known(), forwarded())
        for (const { delivered } of nodes) {
          const numbers = delivered.map((text) => Number(text.slice('topic '.length)))
          assert.ok(numbers.every((number, index) => index === 0 || number > (numbers[index - 1] as number)))
        }
        await Promise.all(nodes.map((node) => node.nodes.close()))
        for (const link of links) await link.stop()
      }),
      { numRuns: 4, endOnFailure: true },
    )
  })
})
