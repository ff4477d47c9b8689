import type { Passwords } from '../population.ts'

/** A server under test. It is started afresh for every run, so that runs do not lean on each other. */
export interface Server {
  readonly name: ServerName
  /** Its version, or what to do when it is not there. Asked once, before anything is started. */
  find(): Promise<{ readonly version: string } | { readonly missing: string }>
  /** Resolves when MQTT connections are accepted on a free loopback port. */
  start(options: StartOptions): Promise<RunningServer>
  /** Removes what is kept between starts. */
  close(): Promise<void>
}

export type ServerName = 'pillion' | 'pillion-open' | 'mosquitto' | 'nats'

export interface StartOptions {
  /** Take a CPU profile into this file, if the server can. */
  readonly profileFile?: string
}

export interface RunningServer {
  readonly port: number
  readonly pid: number
  readonly passwords: Passwords
  /** Ends the process and removes what this start made. */
  stop(): Promise<void>
}
