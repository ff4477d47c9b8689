import type { Connection } from './connection.ts'
import type { Counters } from './counters.ts'
import type { BackPressure } from './fairness/back-pressure.ts'
import type { IdentityUses } from './fairness/identity-uses.ts'
import type { LineBudget } from './fairness/line-budget.ts'
import type { TurnBudget } from './fairness/turn-budget.ts'
import type { BrokerLimits } from './limits.ts'
import type { AbsentReceivers } from './ports/absent-receivers.ts'
import type { AccessPolicy } from './ports/access-policy.ts'
import type { MessageRecorder } from './ports/message-recorder.ts'
import type { MessageTracer } from './ports/message-tracer.ts'
import type { RefusalListener } from './ports/refusal-listener.ts'
import type { Relay } from './ports/relay.ts'
import type { RetainedMessages } from './ports/retained-messages.ts'
import type { RetainedDelivery } from './retained/retained-delivery.ts'
import type { LocalReceivers } from './routing/local-receivers.ts'
import type { SeenTopics } from './routing/seen-topics.ts'
import type { Shares } from './routing/shares.ts'
import type { Attendance } from './sessions/attendance.ts'
import type { Sessions } from './sessions/sessions.ts'
import type { Takeovers } from './sessions/takeovers.ts'
import type { Subscriptions } from './subscriptions.ts'
import type { SystemTopics } from './system/system-topics.ts'
import type { Writer } from './wire/writer.ts'

/** The parts that every connection of one broker shares. */
export interface Core {
  readonly policy: AccessPolicy
  readonly relay: Relay
  /** undefined: nothing is kept for anybody. */
  readonly absentReceivers: AbsentReceivers | undefined
  /** undefined: nothing is recorded. */
  readonly recorder: MessageRecorder | undefined
  /** undefined: nobody wants to know who is turned away. */
  readonly refusals: RefusalListener | undefined
  /** undefined: nothing is traced. */
  readonly tracer: MessageTracer | undefined
  readonly localReceivers: LocalReceivers
  readonly retained: RetainedMessages
  readonly retainedDelivery: RetainedDelivery
  readonly systemTopics: SystemTopics
  readonly subscriptions: Subscriptions
  readonly sessions: Sessions
  readonly identityUses: IdentityUses
  readonly takeovers: Takeovers
  readonly attendance: Attendance
  readonly counters: Counters
  readonly limits: BrokerLimits
  readonly writer: Writer
  readonly backPressure: BackPressure
  readonly turn: TurnBudget<Connection>
  readonly log: BrokerLog
  readonly lines: LineBudget
  /** `readClock()`, refreshed once a second: enough for every deadline here, and free to read. */
  now: number
  readonly shares: Shares
  readonly seenTopics: SeenTopics
  /** The `number` of the connection that was accepted last. */
  lastConnection: number
  /** Routes that all connections together remember. */
  routeCount: number
}

/** One line per decision that matters; a pino logger fits. */
export interface BrokerLog {
  info(fields: object, text: string): void
  warn(fields: object, text: string): void
}
