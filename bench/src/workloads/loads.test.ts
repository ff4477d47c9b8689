import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Broker, openPolicy } from '@pillion/broker'
import { Tally } from '../generator/tally.ts'
import { openFanOut } from './fan-out.ts'
import { openFleet } from './fleet.ts'
import { openPaced, openStream } from './pairs.ts'
import type { Target } from './workload.ts'

const broker = new Broker({ policy: openPolicy })
const listener = createServer((socket) => broker.attachSocket(socket, 'mqtt'))
let target: Target

before(async () => {
  await broker.open()
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  assert.ok(address !== null && typeof address === 'object')
  target = {
    port: address.port,
    pid: process.pid,
    passwords: { partners: [], vehicles: [] },
    payloadBytes: 100,
  }
})

after(async () => {
  await broker.close()
  listener.close()
})

for (const [name, open] of Object.entries({ openStream, openPaced, openFanOut, openFleet })) {
  test(`${name} keeps messages coming, and receives every one it sent once it has stopped`, async () => {
    const tally = new Tally()
    const load = await open(target, tally)
    load.start()
    const underWay = tally.expected
    while (tally.received < 3 * underWay) await sleep(1)
    tally.stop()
    while (tally.received < tally.expected) await sleep(1)
    const { expected } = tally
    await sleep(20)
    assert.equal(tally.expected, expected, 'sent after it was stopped')
    assert.equal(tally.received, expected)
    for (const connection of load.connections) connection.close()
  })
}
