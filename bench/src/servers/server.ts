import type { Passwords } from '../population.ts'
import type { Transport } from '../transport.ts'
import type { WorkloadName } from '../workloads/index.ts'
import type { Counters } from './counters.ts'

const serverNames = ['pillion', 'pillion-open', 'mosquitto', 'nats', 'aedes', 'relay'] as const
export type ServerName = (typeof serverNames)[number]

/** A server under test. It is started afresh for every run, so that runs do not lean on each other. */
export interface Server {
  readonly name: ServerName
  /** Workloads that it cannot take part in. */
  readonly unfitFor?: readonly WorkloadName[]
  /** Its version, or what to do when it is not there. Asked once, before anything is started. */
  find(): Promise<{ readonly version: string } | { readonly missing: string }>
  /**
   * Resolves when connections are accepted on a free loopback port.
   * @throws when it does not speak MQTT over this transport, or does not start for another reason
   */
  start(options: StartOptions): Promise<RunningServer>
  /** Removes what is kept between starts. */
  close(): Promise<void>
}

export interface StartOptions {
  readonly transport: Transport
  /** Take a CPU profile into this file, if the server can. */
  readonly profileFile?: string
}

export interface RunningServer {
  readonly port: number
  readonly pid: number
  readonly passwords: Passwords
  /** What it has counted since it started; absent where a server does not count every drop. */
  readCounters?(): Promise<Counters>
  /** Ends the process and removes what this start made. */
  stop(): Promise<void>
}
