import { limits } from '@pillion/schema'

export interface NatsNodesOptions {
  /** `nats://host:port` or `tls://host:port`; one is chosen at random each time. */
  readonly servers: readonly string[]
  /** Keeps deployments on one NATS apart: letters, digits, `_` and `-`. */
  readonly deployment: string
  /** Stable id of this node, of the same characters. */
  readonly node: string
  /** A `.creds` file (nkey and JWT). */
  readonly credentialsFile?: string
  readonly user?: string
  readonly password?: string
  readonly token?: string
  readonly tls?: { readonly caFile?: string; readonly certFile?: string; readonly keyFile?: string }
  readonly limits?: Partial<RelayLimits>
  /** The same on all nodes of a deployment; for tests. */
  readonly times?: Partial<RelayTimes>
  readonly log: NodesLog
}

export interface NodesLog {
  info(fields: object, text: string): void
  warn(fields: object, text: string): void
}

/** Bounds of this package, by their names in `@pillion/schema`. */
export type RelayLimits = Readonly<Record<(typeof names)[number], number>>

const names = [
  'relayWindowBytesMax',
  'relayLateSeconds',
  'relayBatchBytesMax',
  'relayNoticeBytesMax',
  'relayNodesMax',
] as const

export const defaultRelayLimits: RelayLimits = limits

/** All in milliseconds. */
export interface RelayTimes {
  /** Every so often a node says that it is there. */
  readonly beat: number
  /** Who was silent for so long is gone. */
  readonly silence: number
  /** After so much silence, what was sent to a node and not acknowledged counts as lost. */
  readonly forget: number
  /** Every so often the link to NATS is tried, and given up when the answer takes longer than `pong`. */
  readonly ping: number
  readonly pong: number
  /** For one attempt to connect. */
  readonly dial: number
  /** Between attempts: doubled from the first to the second, less a random part. */
  readonly backOff: number
  readonly backOffMax: number
  /** That NATS cannot be reached is logged no more often. */
  readonly tellAgain: number
  /** Acknowledgements are gathered for so long. */
  readonly gather: number
  /** Changes right after others are gathered for so long: a client that was just told that it is subscribed may be sent to. */
  readonly gatherChanges: number
  /** How long `close` waits for acknowledgements. */
  readonly drain: number
}

/** A cut link is noticed after at most 2 × `ping` + `pong` = 8 s; the client's own pings take four minutes. */
export const defaultTimes: RelayTimes = Object.freeze({
  beat: 2_000,
  silence: 8_000,
  forget: 60_000,
  ping: 2_000,
  pong: 4_000,
  dial: 4_000,
  backOff: 100,
  backOffMax: 5_000,
  tellAgain: 60_000,
  gather: 10,
  gatherChanges: 2,
  drain: 1_000,
})

/** @throws {TypeError} if `text` cannot be one token of a NATS subject */
export function checkToken(name: string, text: string): void {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(text)) {
    throw new TypeError(`${name} must be 1 to 64 letters, digits, _ or -: ${JSON.stringify(text)}`)
  }
}
