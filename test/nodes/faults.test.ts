import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { reasonCodes } from '@pillion/packet'
import type { Status } from '@pillion/schema'
import { poll } from '../support/poll.ts'
import { missing } from '../support/program.ts'
import { Deployment } from './support/deployment.ts'
import { assertNothingLost, judge } from './support/judge.ts'
import { assertSurvivesKills, killsInTests, killsTimeout } from './support/kills.ts'
import type { NodeProcess } from './support/node-process.ts'
import { RestLoad } from './support/rest-load.ts'
import { ride, type StoreFault, trySignIn } from './support/store-fault.ts'
import { Traffic } from './support/traffic.ts'

/** Before and after a fault, so that there is something on its way. */
const awhileMilliseconds = 500
/** Of `pillion serve`: who was silent for so long is gone, and messages older than the second are given up. */
const silenceSeconds = 8
const lateSeconds = 10
/** Long enough to be taken for gone, which takes 8. */
const pauseSeconds = Number(process.env.PILLION_TEST_PAUSE_SECONDS ?? 12)

/** The sentences of docs/guides/many-nodes.md, with real processes and steady traffic in both directions. */
describe('three nodes under steady traffic', { skip: missing('nats-server') }, async () => {
  const deployment = await Deployment.start()
  after(() => deployment.stop())
  await deployment.ready()
  const traffic = await Traffic.open(deployment)
  after(() => traffic.close())
  const { nodes, nats } = deployment

  for (const index of nats.hosts.keys())
    it(`lose and double nothing when NATS server ${index + 1} stops: its nodes go to another`, async () => {
      await traffic.start()
      await wait(awhileMilliseconds)
      await nats.stopServer(index, index === 0 ? 'SIGKILL' : 'SIGTERM')
      await deployment.ready()
      await wait(awhileMilliseconds)
      nats.startServer(index)
      await nats.joined(3)
      const report = await traffic.settle()
      judge(`NATS server ${index + 1} stopped`, report)
      assertNothingLost(report)
    })

  it('lose nothing when a node is cut off from NATS and back before messages are too old', async () => {
    await traffic.start()
    await wait(awhileMilliseconds)
    deployment.cutFromNats(2)
    await wait(5_000)
    deployment.healToNats(2)
    await deployment.ready()
    const report = await traffic.settle()
    judge('a node cut off from NATS for 5 s', report)
    assertNothingLost(report)
    assert.ok(report.late > 0, 'nothing was held up')
  })

  it('notice within 8 s that a node is cut off from NATS, and count what they give up', async () => {
    await traffic.start()
    await wait(awhileMilliseconds)
    deployment.cutFromNats(2)
    const cutAt = performance.now()
    const isReady = () => deployment.node(2).isReady()
    assert.equal(await poll(isReady, (ready) => !ready, 30_000), false)
    const seconds = (performance.now() - cutAt) / 1_000
    assert.ok(seconds < silenceSeconds + 0.5, `noticed after ${seconds} s`)
    assert.match((await deployment.node(2).ask('GET', '/readyz')).text, /"missing":\["relay"\]/)
    await wait((lateSeconds + 3) * 1_000 - (performance.now() - cutAt))
    deployment.healToNats(2)
    await deployment.ready()
    const report = await traffic.settle()
    // Pushed out of a mailbox while the head unit said that it had taken them: each node knows half of it.
    judge(`a node cut off from NATS for ${lateSeconds + 3} s`, report, {
      countedTwiceMax: report.fromMailbox,
    })
    assert.ok((report.dropped.relay_late ?? 0) > 0)
  })

  it('go on when one is killed: its clients find another, and what was under way to it is counted', async () => {
    await traffic.start()
    await wait(awhileMilliseconds)
    await deployment.node(2).kill()
    traffic.restarted(2)
    await wait(awhileMilliseconds)
    assert.ok([traffic.partner, ...traffic.vehicles].every(({ isConnected }) => isConnected))
    await deployment.node(2).start()
    await deployment.ready()
    // What went to its old node as well, until that was known to be gone, counts as lost there though it came.
    judge('a node killed', await traffic.settle(), { isExact: false })
  })

  it('leave clients with whoever took them over while their node stood still', async () => {
    await traffic.start()
    await wait(awhileMilliseconds)
    const [, stays, , moves] = traffic.vehicles
    assert.ok(stays !== undefined && moves !== undefined)
    deployment.node(2).signal('SIGSTOP')
    await moves.come(deployment.node(1).ports.mqtt)
    const taken = moves.connection
    await wait(pauseSeconds * 1_000)
    deployment.node(2).signal('SIGCONT')
    await deployment.ready()
    await poll(
      async () => moves.ends.length,
      (ends) => ends > 0,
      3_000,
    )
    assert.deepEqual(
      moves.ends.map(({ reasonCode }) => reasonCode),
      [reasonCodes.SESSION_TAKEN_OVER],
    )
    assert.equal(moves.connection, taken)
    assert.equal(stays.connection?.port, deployment.node(2).ports.mqtt)
    judge(`a node stopped for ${pauseSeconds} s and continued`, await traffic.settle(), { isExact: false })
  })

  const load = await RestLoad.open(nodes, { isRepeated: false, pauseMilliseconds: 50 })
  const readOnly = (state: 'on' | 'off') =>
    deployment.postgres
      .execute(`alter system set default_transaction_read_only = ${state}`)
      .then(() => deployment.postgres.execute('select pg_reload_conf()'))
  const faults: readonly (Pick<StoreFault, 'what' | 'begin' | 'end'> & { readonly isReadable: boolean })[] = [
    {
      what: 'PostgreSQL stopped',
      begin: () => deployment.postgres.stop(),
      end: () => deployment.postgres.start(),
      isReadable: false,
    },
    {
      what: 'PostgreSQL behind a proxy that swallows packets',
      begin: () => {
        deployment.databaseProxy.isSwallowing = true
      },
      end: () => {
        deployment.databaseProxy.isSwallowing = false
      },
      isReadable: false,
    },
    {
      what: 'PostgreSQL read-only',
      begin: () => readOnly('on').then(() => undefined),
      end: () => readOnly('off').then(() => undefined),
      isReadable: true,
    },
  ]
  for (const { isReadable, ...fault } of faults)
    it(`carry on between connected clients, and say 503 in time: ${fault.what}`, async () => {
      await traffic.start()
      const { username, password } = traffic.partner.options
      const unavailable = [reasonCodes.SERVER_UNAVAILABLE, 3]
      const during = async () => {
        if (isReadable) return
        await wait(500)
        const check = async (node: NodeProcess) => {
          assert.deepEqual(await trySignIn(node.ports.mqtt, username, password), unavailable)
          assert.match((await node.ask('GET', '/readyz')).text, /"missing":\["database"\]/)
        }
        await Promise.all(nodes.map(check))
      }
      await ride({ ...fault, nodes, load, during, forMilliseconds: 3_500 })
      for (const { ends } of [traffic.partner, ...traffic.vehicles]) assert.deepEqual(ends, [])
      const report = await traffic.settle()
      judge(fault.what, report)
      for (const reason of Object.keys(report.dropped)) assert.match(reason, /^mailbox_(overflow|failed)$/)
    })

  it(`keep what they have confirmed when one after the other is killed at ${killsInTests} random moments, and make nothing twice`, {
    timeout: killsTimeout,
  }, async () => {
    await assertSurvivesKills('PostgreSQL', deployment, traffic)
  })

  it('send clients of MQTT 5 where they are told to, when one after the other is stopped and started', async () => {
    await traffic.start()
    await wait(awhileMilliseconds)
    for (const [index, node] of nodes.entries()) {
      traffic.ended(index, await node.stop())
      await node.start()
      await deployment.ready()
      await wait(awhileMilliseconds)
    }
    const states = await Promise.all(nodes.map((node) => node.admin<Status>('GET', '/status')))
    const ids = states.map((state) => state.node).toSorted()
    for (const state of states) assert.deepEqual(state.nodes.toSorted(), ids)
    for (const { ends } of [traffic.partner, ...traffic.vehicles]) {
      assert.ok(ends.length > 0)
      for (const { reasonCode, serverReference } of ends) {
        assert.equal(reasonCode, reasonCodes.USE_ANOTHER_SERVER)
        assert.match(serverReference ?? '', /^127\.0\.0\.1:\d+$/)
      }
    }
    judge('all nodes stopped and started, one after the other', await traffic.settle())
  })
})
