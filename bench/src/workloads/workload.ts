import type { Connection } from '../generator/connection.ts'
import type { Tally } from '../generator/tally.ts'
import type { Passwords } from '../population.ts'
import type { Transport } from '../transport.ts'

/** Where a generator points its load, and what it is told about it. */
export interface Target {
  readonly transport: Transport
  readonly port: number
  readonly pid: number
  readonly passwords: Passwords
  readonly payloadBytes: number
  /** Only `latency`: messages per second of all pairs together. */
  readonly ratePerSecond?: number
  /** Only `scaling`. */
  readonly size?: Size
  /** Only `stream`; 1 by default. */
  readonly burstsUnderWay?: number
  /** Only `storm`; 5,000 by default. */
  readonly clients?: number
  /** Only where several nodes are one deployment. */
  readonly nodes?: Nodes
}

/** Who connects where, and what there is beside the process of `Target.pid`. */
export interface Nodes {
  /** Partner n connects to port n modulo how many there are, a vehicle likewise. */
  readonly partnerPorts: readonly number[]
  readonly vehiclePorts: readonly number[]
  /** Of the other nodes. */
  readonly otherPids: readonly number[]
  /** Of what carries messages between them. */
  readonly relayPid: number
}

export function partnerPort({ port, nodes }: Target, index: number): number {
  return nodes?.partnerPorts[index % nodes.partnerPorts.length] ?? port
}

export function vehiclePort({ port, nodes }: Target, index: number): number {
  return nodes?.vehiclePorts[index % nodes.vehiclePorts.length] ?? port
}

/** What grows in `scaling`, and how large it is. */
export interface Size {
  readonly of: 'vehicles' | 'filters'
  readonly count: number
}

/** A load that keeps a fixed number of messages under way, so that a fair server never has to drop one. */
export interface Load {
  readonly connections: readonly Connection[]
  /** Sends the first messages; arrivals bring on the next, as long as `tally.take` agrees. */
  start(): void
  /** Has everything been used once, so that what follows is the usual? Absent: at once. */
  isWarm?(): boolean
}

export type OpenLoad = (target: Target, tally: Tally) => Promise<Load>

/** What one run measured. */
export interface Measurement {
  /** Messages delivered, or in `connections` and `storm` sign-ins. */
  readonly perSecond: number
  /** Messages sent, each counted once; 0 where none were. */
  readonly published: number
  /** Deliveries that these should have become. */
  readonly expected: number
  readonly received: number
  /** Expected, and still not arrived when nothing more did; in `storm` clients that did not get in. */
  readonly lost: number
  /** Present where single messages are timed, in milliseconds. */
  readonly latencyMs?: Percentiles
  /** Only `latency`: by how much the generator itself was late, in milliseconds. */
  readonly delayMs?: Percentiles
  /** Processor time used per second of the run; 1 = one core. Absent without /proc. */
  readonly serverCores?: number
  /** The same of what carries messages between nodes, where there are several. */
  readonly relayCores?: number
  readonly generatorCores: number
  /** The same of all other processes together. Absent without /proc. */
  readonly otherCores?: number
  /** Server's resident memory at the end of the run. Absent without /proc. */
  readonly rssKilobytes?: number
  /** Only `connections`: growth of the server's resident memory. */
  readonly kilobytesPerConnection?: number
  /** Clients connected while it was measured. */
  readonly connected?: number
  /** Only `storm`: SYNs that the machine sent again, and clients that had to try again. Absent without /proc. */
  readonly synRetransmits?: number
  readonly retries?: number
}

export interface Percentiles {
  readonly p50: number
  readonly p99: number
  readonly p999: number
}
