import type { Ledger, LedgerStore } from '@pillion/ledger'
import type { NatsNodes } from '@pillion/relay-nats'
import type { Logger } from 'pino'
import type { NodeQuestions } from '../nodes/node-questions.ts'
import { AllMessages } from './all-messages.ts'
import { LiveMessages } from './live-messages.ts'
import { SharedLevels } from './shared-levels.ts'

/** What can be seen and set of the ledgers of all nodes. */
export function openLedgerViews(parts: {
  readonly ledger: Ledger
  readonly store: LedgerStore
  readonly questions: NodeQuestions
  readonly node: string
  readonly nodes: NatsNodes | undefined
  readonly log: Logger
}) {
  return {
    messages: new AllMessages(parts),
    liveMessages: new LiveMessages(parts),
    levels: new SharedLevels(parts),
  }
}
