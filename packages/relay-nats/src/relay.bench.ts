/**
 * What the relay costs, over a real nats-server, one node here and one in a process of its own:
 * `node packages/relay-nats/src/relay.bench.ts`. Prints messages per second one way (100 B), the latency of a message there
 * and back halved, and the bytes of memory that one filter of another node takes.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { startNats } from './nats.fixture.ts'
import { NodeProcess } from './node-process.fixture.ts'
import { TestNode } from './nodes.fixture.ts'
import { defaultTimes } from './options.ts'

const MESSAGES = 3_000_000
const PINGS = 2_000
const FILTERS = 1_000_000

const server = await startNats()
const common = { servers: [server.url], deployment: 'bench', times: defaultTimes }
const here = await new TestNode({ ...common, node: 'here' }).open()
const there = new NodeProcess()
await there.open({ ...common, node: 'there' })
await there.addInterest('bench/there')
while (!here.relay.wants('bench/there')) await wait(5)

console.log(`messages of 100 B one way: ${await measureStream()} per second`)
console.log(`latency one way, half of there and back: ${await measureLatency()}`)
console.log(`memory of a remote literal filter at ${FILTERS}: ${await measureInterest()}`)
await here.nodes.close()
await there.kill()
await server.stop()

/** As a broker does: some for each turn of the event loop, held while the other node does not keep up. */
async function measureStream(): Promise<string> {
  const payload = Buffer.alloc(100, '1')
  const began = performance.now()
  for (let sent = 0; sent < MESSAGES; ) {
    for (let index = 0; index < 1_000; index++, sent++) here.relay.forward('bench/there', payload)
    do await new Promise<void>((resume) => setImmediate(resume))
    while (here.relay.congested !== undefined)
  }
  let report = await there.report()
  while (report.delivered + report.dropped + here.droppedCount < MESSAGES) {
    await wait(20)
    report = await there.report()
  }
  const seconds = (performance.now() - began) / 1_000
  const perSecond = Math.round(report.delivered / seconds).toLocaleString('en')
  return `${perSecond} (${here.droppedCount + report.dropped} dropped)`
}

async function measureLatency(): Promise<string> {
  await there.echo('bench/ping', 'bench/pong')
  await there.addInterest('bench/ping')
  here.relay.addInterest('bench/pong')
  await wait(100)
  const took: number[] = []
  for (let index = 0; index < PINGS; index++) {
    const before = here.delivered.length
    const began = performance.now()
    here.relay.forward('bench/ping', Buffer.from('1'))
    while (here.delivered.length === before) await new Promise<void>((resume) => setImmediate(resume))
    took.push((performance.now() - began) / 2)
  }
  took.sort((a, b) => a - b)
  const at = (share: number) => `${((took[Math.floor(PINGS * share)] as number) * 1_000).toFixed(0)} µs`
  return `p50 ${at(0.5)}, p99 ${at(0.99)}`
}

/** In the other process, which holds nothing else. */
async function measureInterest(): Promise<string> {
  const before = await there.report()
  for (let index = 0; index < FILTERS; index++) {
    here.relay.addInterest(`fleet/default/vehicle/VR3ATTENTKY${String(index).padStart(6, '0')}/PARTNER1`)
    if (index % 10_000 === 0) await new Promise<void>((resume) => setImmediate(resume))
  }
  await wait(5_000)
  const after = await there.report()
  return `${((after.heapBytes - before.heapBytes) / FILTERS).toFixed(0)} B`
}
