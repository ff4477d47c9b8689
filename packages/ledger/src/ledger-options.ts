import type { BrokerLog, RouteRecorder } from '@pillion/broker'
import type { LedgerBody, LedgerLevel, limits, MessageRecord } from '@pillion/schema'
import type { LedgerStore } from './ports/ledger-store.ts'
import type { PortalPlace } from './read-route.ts'

/** The limits of the ledger; defaults and reasons are in `@pillion/schema`. */
export type LedgerLimits = { readonly [name in Extract<keyof typeof limits, `ledger${string}`>]: number }

export interface LedgerOptions {
  /** Name of this node. */
  readonly node: string
  readonly level?: LedgerLevel
  readonly body?: LedgerBody
  readonly retentionDays?: number
  /** Without one, `durable` is no more than `recent`. */
  readonly store?: LedgerStore
  /** Do other nodes remember messages that this one hears of? */
  readonly hasOtherNodes?: boolean
  readonly limits?: Partial<LedgerLimits>
  readonly log: BrokerLog
  /** Topic root of the portal (W 2.3). */
  readonly root?: string
  /** What a canonical topic says, if it is one of the portal; by default none is. */
  readonly readTopic?: (topic: string) => PortalPlace | undefined
  /** Sentences for the reasons that head units give. */
  readonly reasonTexts?: Readonly<Record<string, string>>
  /** Told how many seconds after this node took a message its head unit had it; of those that are recorded and were not kept. */
  readonly delivered?: (seconds: number) => void
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

/** What a record says from the start. */
export type RecordFields = Omit<
  MessageRecord,
  'id' | 'at' | 'node' | 'bytes' | 'sha256' | 'body' | 'level' | 'steps' | 'idApp' | 'isPopup' | 'receipt'
>

/** Records a single message, whose id is known before it is sent. */
export interface SingleRecorder extends RouteRecorder {
  readonly id: string
}

export interface LedgerCounts {
  /** Messages recorded since this node started. */
  readonly recorded: number
  /** Not recorded, because there were too many at once. */
  readonly passedOver: number
  /** Steps that came for messages nobody here remembers. */
  readonly unmatched: number
  readonly remembered: number
  readonly rememberedBytes: number
  /** Writes to the store that wait, and that were given up. */
  readonly waiting: number
  readonly lost: number
}

/** A message in a mailbox, and what became of it there; see `MailboxRecorder` of `@pillion/fleet`. */
export interface MailboxMessage {
  readonly vin: string
  readonly uid: string
  readonly payload: Uint8Array | string
}

export interface MailboxOutcome {
  readonly state: 'kept' | 'handed_over' | 'dropped' | 'expired'
  readonly reason?: string
  readonly count?: number
  readonly limit?: number
}
