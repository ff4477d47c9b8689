import type { Counters } from './counters.ts'
import type { BrokerLimits } from './limits.ts'
import type { AccessPolicy } from './ports/access-policy.ts'
import type { Relay } from './ports/relay.ts'
import type { RetainedMessages } from './ports/retained-messages.ts'
import type { Sessions } from './sessions.ts'
import type { Subscriptions } from './subscriptions.ts'
import type { Writer } from './writer.ts'

/** The parts that every connection of one broker shares. */
export interface Core {
  readonly policy: AccessPolicy
  readonly relay: Relay
  readonly retained: RetainedMessages
  readonly subscriptions: Subscriptions
  readonly sessions: Sessions
  readonly counters: Counters
  readonly limits: BrokerLimits
  readonly writer: Writer
  readonly log: BrokerLog
  /** Coarse milliseconds, refreshed once a second: enough for every deadline here, and free to read. */
  now: number
}

/** One line per decision that matters; a pino logger fits. */
export interface BrokerLog {
  info(fields: object, text: string): void
  warn(fields: object, text: string): void
}
