import { setTimeout as sleep } from 'node:timers/promises'
import { PORTAL_ROOT, type Setting, type Status } from '@pillion/schema'
import type { AdminClient } from '../client.ts'
import { BenchConnection } from './bench-connection.ts'
import type { BenchIdentities } from './identities.ts'
import { latencyLoad, type Pair, streamLoad } from './loads.ts'
import type { MqttAddress } from './mqtt-address.ts'
import { runLoad } from './run-load.ts'
import type { Outcome, Workload } from './tally.ts'

/** Other nodes hear within a moment of a subscription; what is sent before that is not meant for its owner. */
const settleMilliseconds = 1_000

export interface Bench {
  readonly client: AdminClient
  readonly identities: BenchIdentities
  readonly address: MqttAddress
  readonly workloads: readonly Workload[]
  readonly seconds: number
  readonly payloadBytes: number
  /** Messages per second of `latency`. */
  readonly rate: number
  /** Ends it early, also when a connection is lost: the promise is rejected with the signal's reason. */
  readonly stop: AbortController
  /** Told before each load. */
  readonly onLoad: (workload: Workload) => void
}

export interface Measured {
  readonly outcomes: readonly Outcome[]
  /** What the server counted meanwhile, of whomever, by reason; undefined if another node answered or it was started anew. */
  readonly dropped: Readonly<Record<string, number>> | undefined
}

/** Adds the identities, which the caller removes, and runs the loads one after the other, from the partner to the vehicles. */
export async function runBench(bench: Bench): Promise<Measured> {
  const { client, identities, workloads, seconds, stop, onLoad } = bench
  const { signal } = stop
  await identities.add()
  const settings = await client.get<Setting[]>('/settings')
  const root = settings.find(({ key }) => key === 'portal.root')?.value
  signal.throwIfAborted()
  const connections: BenchConnection[] = []
  try {
    const pairs = await openPairs(bench, typeof root === 'string' ? root : PORTAL_ROOT, connections)
    signal.throwIfAborted()
    const before = await client.get<Status>('/status')
    if (before.nodes.length > 1) await sleep(settleMilliseconds, undefined, { signal })
    const outcomes: Outcome[] = []
    for (const workload of workloads) {
      onLoad(workload)
      outcomes.push(await runLoad({ workload, load: chooseLoad(bench, workload), pairs, seconds, signal }))
    }
    return { outcomes, dropped: countDropped(before, await client.get<Status>('/status')) }
  } finally {
    for (const connection of connections) connection.close()
  }
}

function chooseLoad({ payloadBytes, rate }: Bench, workload: Workload) {
  return workload === 'stream' ? streamLoad(payloadBytes) : latencyLoad(payloadBytes, rate)
}

/** Adds to `connections` what is to be closed, also when it fails. */
async function openPairs(
  { identities, address, stop }: Bench,
  root: string,
  connections: BenchConnection[],
): Promise<Pair[]> {
  const { uid, vins, authorityPem } = identities
  const open = async (clientId: string, username: string, topicFilter?: string) => {
    const signIn = identities.signIn(username)
    const filter = topicFilter === undefined ? {} : { topicFilter }
    const lost = (error: Error) => stop.abort(error)
    const options = { address, authorityPem, clientId, signIn, lost, ...filter }
    const connection = await BenchConnection.open(options)
    connections.push(connection)
    return connection
  }
  const opened = await Promise.allSettled(
    vins.map(async (vin, index): Promise<Pair> => {
      const vehicle = await open(`${uid}-vehicle-${index}`, vin, `${root}/to/uid/+/opa/${vin}/#`)
      const partner = await open(`${uid}-partner-${index}`, uid)
      return { partner, vehicle, topicName: identities.topicName(vin, root) }
    }),
  )
  return opened.map((each) => {
    if (each.status === 'rejected') throw each.reason
    return each.value
  })
}

function countDropped(before: Status, after: Status): Measured['dropped'] {
  if (before.node !== after.node || before.startedAt !== after.startedAt) return undefined
  const counted = Object.entries(after.counters)
    .filter(([name]) => name.startsWith('dropped_'))
    .map(([name, value]): [string, number] => [name.slice(8), value - (before.counters[name] ?? 0)])
  return Object.fromEntries(counted.filter(([, value]) => value > 0))
}
