import type { Connection } from '../generator/connection.ts'
import type { Tally } from '../generator/tally.ts'
import type { Passwords } from '../population.ts'

/** Where a generator points its load. */
export interface Target {
  readonly port: number
  readonly pid: number
  readonly passwords: Passwords
  readonly payloadBytes: number
}

/** A load that keeps a fixed number of messages under way, so that a fair server never has to drop one. */
export interface Load {
  readonly connections: readonly Connection[]
  /** Sends the first messages; arrivals bring on the next, as long as `tally.take` agrees. */
  start(): void
}

export type OpenLoad = (target: Target, tally: Tally) => Promise<Load>

/** What one run measured. */
export interface Measurement {
  /** Messages delivered, or in `connections` sign-ins. */
  readonly perSecond: number
  /** Sent, and still not arrived when nothing more did. */
  readonly lost: number
  readonly received: number
  /** Present where the load sends the next message upon arrival, in milliseconds. */
  readonly latencyMs?: { readonly p50: number; readonly p99: number }
  /** Processor time used per second of the run; 1 = one core. Absent without /proc. */
  readonly serverCores?: number
  readonly generatorCores: number
  /** The same of all other processes together. Absent without /proc. */
  readonly otherCores?: number
  /** Server's resident memory at the end of the run. Absent without /proc. */
  readonly rssKilobytes?: number
  /** Only `connections`: growth of the server's resident memory. */
  readonly kilobytesPerConnection?: number
}
