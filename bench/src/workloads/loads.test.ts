import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkEquation } from '../equation.ts'
import { Tally } from '../generator/tally.ts'
import { openFanOut } from './fan-out.ts'
import { openFleet, openFleetOf } from './fleet.ts'
import { openLatency } from './latency.ts'
import { openListeners } from './listeners.fixture.ts'
import { openPaced, openStream } from './pairs.ts'
import { openScaling } from './scaling.ts'
import { measureStorm } from './storm.ts'
import type { OpenLoad } from './workload.ts'

const listeners = await openListeners()
after(() => listeners.close())

const openSmallFleet: OpenLoad = (target, tally) =>
  openFleetOf(target, tally, { connected: 40, addressed: 20 })

for (const [transport, loads] of [
  ['tcp', { openStream, openPaced, openFanOut, openFleet }],
  ['tls', { openStream, openSmallFleet }],
  ['ws', { openStream, openFanOut, openSmallFleet }],
] as const) {
  for (const [name, open] of Object.entries(loads)) {
    test(`${name} over ${transport} keeps messages coming, and receives every one that the server counted once it has stopped`, async () => {
      const before = listeners.counters()
      const tally = new Tally()
      const load = await open(listeners.target(transport), tally)
      load.start()
      const underWay = tally.expected
      while (tally.received < 3 * underWay) await sleep(1)
      tally.stop()
      while (tally.received < tally.expected) await sleep(1)
      const { expected } = tally
      await sleep(20)
      assert.equal(tally.expected, expected, 'sent after it was stopped')
      assert.equal(tally.received, expected)
      const measured = { ...tally, perSecond: 0, lost: 0, generatorCores: 0 }
      assert.deepEqual(checkEquation(measured, listeners.countersSince(before)), [])
      for (const connection of load.connections) connection.close()
    })
  }
}

test('openLatency sends at its rate and counts a stall for every message that it delayed, not for one', async () => {
  const ratePerSecond = 2_000
  const stallMilliseconds = 400
  const tally = new Tally()
  const load = await openLatency({ ...listeners.target('tcp'), ratePerSecond }, tally)
  const startedAt = performance.now()
  load.start()
  await sleep(50)
  const stalledAt = performance.now()
  while (performance.now() - stalledAt < stallMilliseconds);
  await sleep(50)
  const seconds = (performance.now() - startedAt) / 1000
  tally.stop()
  while (tally.received < tally.expected) await sleep(1)
  for (const connection of load.connections) connection.close()

  // All that were due went out, though nothing did during the stall.
  const due = seconds * ratePerSecond
  assert.ok(Math.abs(tally.expected / due - 1) < 0.1, `${tally.expected} of ${due}`)
  // Most were due during the stall; a quarter of all came later than a third of it.
  assert.ok((tally.latencies.percentile(0.75) ?? 0) > stallMilliseconds / 3)
  assert.ok((tally.delays.percentile(0.75) ?? 0) > stallMilliseconds / 3)
})

test('openScaling connects others and holds filters that no message is for', async () => {
  for (const [size, connections] of [
    [{ of: 'vehicles', count: 300 }, 304],
    [{ of: 'filters', count: 250 }, 107],
  ] as const) {
    const tally = new Tally()
    const load = await openScaling({ ...listeners.target('tcp'), size }, tally)
    assert.equal(load.connections.length, connections)
    load.start()
    while (tally.received < 1_000) await sleep(1)
    tally.stop()
    while (tally.received < tally.expected) await sleep(1)
    await sleep(20)
    assert.equal(tally.received, tally.expected)
    for (const connection of load.connections) connection.close()
  }
})

test('measureStorm counts who came in, and signs everybody off', async () => {
  const { connected, lost, retries, perSecond } = await measureStorm({
    ...listeners.target('tcp'),
    clients: 300,
  })
  assert.deepEqual({ connected, lost, retries }, { connected: 300, lost: 0, retries: 0 })
  assert.ok(perSecond > 0)
  // The server notices a little later than they do.
  while (listeners.connectionCount() > 0) await sleep(1)
})

test('measureStorm counts who did not come in', async () => {
  const nobody = { ...listeners.target('tcp'), port: 1, clients: 10 }
  const { connected, lost, retries } = await measureStorm(nobody)
  assert.deepEqual({ connected, lost, retries }, { connected: 0, lost: 10, retries: 30 })
})
