import { setTimeout } from 'node:timers'
import type { Broker } from '@pillion/broker'
import type { ArrivalDrop, Evidence, Ledger } from '@pillion/ledger'
import { vehicleReportTopic } from '@pillion/schema'
import { tellReportsWanted } from './tell-reports-wanted.ts'

/** No client can name this topic; see `NodeQuestions`. */
const SEEN = '$nodes\u0000/ledger'
/** What is gathered for the other nodes, and how much of it at most: of more, some is not told. */
const GATHER_MILLISECONDS = 50
const GATHERED_MAX = 500

type Seen = Evidence | ArrivalDrop

export interface ConnectLedgerParts {
  readonly ledger: Ledger
  readonly broker: Pick<Broker, 'publish' | 'subscribe' | 'listIdentities'>
  readonly hasOtherNodes: boolean
}

/**
 * Brings the ledger what head units report to this node, tells them whether to, and brings it what other nodes have seen of
 * its messages. Returns the way to end it.
 */
export function connectLedger(parts: ConnectLedgerParts): () => void {
  const { ledger, broker, hasOtherNodes } = parts
  const ends = [
    broker.subscribe(
      vehicleReportTopic('+'),
      (topic, payload) => ledger.report(topic.split('/')[2] ?? '', payload),
      { isLocal: true },
    ),
  ]
  ends.push(tellReportsWanted(parts))
  if (hasOtherNodes) ends.push(shareEvidence(ledger, broker))
  return () => {
    for (const end of ends) end()
  }
}

/** A message is remembered where it was taken; mailbox and head unit may be elsewhere. */
function shareEvidence(ledger: Ledger, broker: ConnectLedgerParts['broker']): () => void {
  let gathered: Seen[] = []
  let timer: NodeJS.Timeout | undefined
  const tell = () => {
    const seen = gathered
    timer = undefined
    gathered = []
    broker.publish(SEEN, Buffer.from(JSON.stringify(seen)))
  }
  const endTelling = ledger.onUnmatched((seen) => {
    if (gathered.length >= GATHERED_MAX) return
    gathered.push(seen)
    timer ??= setTimeout(tell, GATHER_MILLISECONDS).unref()
  })
  const endHearing = broker.subscribe(SEEN, (_, payload) => {
    for (const seen of JSON.parse(Buffer.from(payload).toString()) as Seen[]) {
      if (seen.node !== ledger.node) ledger.see(seen)
    }
  })
  return () => {
    clearTimeout(timer)
    endTelling()
    endHearing()
  }
}
