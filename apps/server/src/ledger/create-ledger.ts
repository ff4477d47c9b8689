import { parseDownlinkTopic, parseUplinkTopic } from '@pillion/fleet'
import { Ledger, type LedgerStore, type PortalPlace } from '@pillion/ledger'
import { type Principal, type PushRecorder, subjectOf } from '@pillion/push'
import { dropReasons } from '@pillion/schema'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'

/** The ledger of this node, as configured; it hears of everything once `connectLedger` has been called. */
export function createLedger(parts: CreateLedgerParts): Ledger {
  const { config, node, store, hasOtherNodes, delivered, log } = parts
  const { level, body, retentionDays } = config.ledger
  return new Ledger({
    node,
    level,
    body,
    retentionDays,
    store,
    hasOtherNodes,
    delivered,
    limits: config.limits,
    log,
    root: config.portal.root,
    readTopic,
    reasonTexts: dropReasons,
  })
}

export interface CreateLedgerParts {
  readonly config: Config
  readonly node: string
  readonly store: LedgerStore
  readonly hasOtherNodes: boolean
  /** As that of `Ledger`. */
  readonly delivered: (seconds: number) => void
  readonly log: Logger
}

/** What the push service tells the ledger. */
export function recordPushes(ledger: Ledger): PushRecorder {
  return {
    recorderOfPush: ({ appID, topic, subject, installationID, principal, pushMessageID }) =>
      ledger.recorderOfPush({
        kind: 'push',
        from: nameSender(principal),
        topic,
        appID,
        receiver: subject,
        installationID,
        ...(pushMessageID === undefined ? {} : { pushMessageID }),
      }),
  }
}

function nameSender(principal: Principal): string {
  if (principal.kind === 'admin') return 'app'
  return subjectOf(principal) ?? 'anybody'
}

function readTopic(topic: string): PortalPlace | undefined {
  const downlink = parseDownlinkTopic(topic)
  if (downlink !== undefined) return { kind: 'downlink', ...downlink }
  const uplink = parseUplinkTopic(topic)
  return uplink && { kind: 'uplink', ...uplink }
}
