import { setTimeout as sleep } from 'node:timers/promises'
import { startNats } from '../../../packages/relay-nats/src/nats.fixture.ts'
import { NodeProcess } from '../../../packages/relay-nats/src/node-process.fixture.ts'
import { TestNode } from '../../../packages/relay-nats/src/nodes.fixture.ts'
import { defaultTimes } from '../../../packages/relay-nats/src/options.ts'
import { vehicleVin } from '../population.ts'

export interface InterestSample {
  readonly kind: 'topics' | 'vehicles'
  readonly count: number
  /** Of heap, in a node that holds nothing else, for each. */
  readonly bytesEach: number
  /** Until the other node knew of all. */
  readonly seconds: number
}

/** Told to the other nodes in portions, as they come: so many in one turn of the event loop. */
const perTurn = 1_000

/**
 * What a node remembers of what another holds interest in: of topics without wildcards, and of connected vehicles, of which each
 * has a filter with a wildcard and is listed as a receiver.
 */
export async function measureInterest(kind: InterestSample['kind'], count: number): Promise<InterestSample> {
  const server = await startNats()
  const options = { servers: [server.url], deployment: 'bench', times: defaultTimes }
  const here = await new TestNode({ ...options, node: 'here' }).open()
  const there = new NodeProcess()
  try {
    await there.open({ ...options, node: 'there' })
    await there.addInterest('bench/there')
    while (!here.relay.wants('bench/there')) await sleep(5)
    const before = (await there.report()).heapBytes
    const began = performance.now()
    for (let index = 0; index < count; index++) {
      for (const filter of filtersOf(kind, index)) here.relay.addInterest(filter)
      if (index % perTurn === 0) await new Promise<void>((resume) => setImmediate(resume))
    }
    // Words are in order: whoever hears this has heard all before it.
    await there.echo('bench/ping', 'bench/pong')
    here.relay.addInterest('bench/pong')
    await there.addInterest('bench/ping')
    while (!here.relay.wants('bench/ping')) await sleep(5)
    while (here.delivered.length === 0) {
      here.relay.forward('bench/ping', Buffer.from('1'))
      await sleep(20)
    }
    const seconds = (performance.now() - began) / 1_000
    const { heapBytes } = await there.report()
    return { kind, count, bytesEach: (heapBytes - before) / count, seconds }
  } finally {
    await here.nodes.close()
    await there.kill()
    await server.stop()
  }
}

function filtersOf(kind: InterestSample['kind'], index: number): string[] {
  const vin = vehicleVin(index)
  return kind === 'topics'
    ? [`fleet/default/vehicle/${vin}/PARTNER1`]
    : [`fleet/default/vehicle/${vin}/+`, `$receiver/vehicle:${vin}`]
}
