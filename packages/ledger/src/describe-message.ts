import { createHash } from 'node:crypto'
import type { MessageOutcome } from '@pillion/broker'
import { type LedgerBody, type MessageRecord, payloadMark } from '@pillion/schema'
import { readOutcome } from './read-outcome.ts'
import { readDownlinkFields } from './read-payload.ts'
import { type Entry, nameArrival } from './recent-records.ts'
import type { RecordedSource } from './sampled-recorder.ts'
import { createStep } from './steps.ts'

/** Of a payload that is kept. */
const BODY_BYTES_MAX = 4_096

export interface TakenMessage {
  readonly source: Omit<RecordedSource, 'sender'>
  readonly id: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly payload: Uint8Array
  readonly outcome: MessageOutcome
}

export interface Describing {
  /** Name of this node. */
  readonly node: string
  /** What is kept of a payload. */
  readonly body: LedgerBody
  /** Sentences for the reasons that there may be. */
  readonly reasonTexts: Readonly<Record<string, string>>
}

/** A message that was just taken, with the beginning of its story. */
export function describeMessage(taken: TakenMessage, { node, body, reasonTexts }: Describing): Entry {
  const { source, id, at, payload, outcome } = taken
  const { fields, level } = source
  const states = readOutcome(outcome, fields.kind)
  const record: MessageRecord = {
    id,
    at: new Date(at).toISOString(),
    node,
    ...fields,
    ...(fields.kind === 'downlink' ? readDownlinkFields(payload) : {}),
    bytes: payload.length,
    ...(body === 'omitted' ? {} : { sha256: createHash('sha256').update(payload).digest('hex') }),
    ...(body === 'kept' ? { body: readText(payload) } : {}),
    level,
    steps: states.map((state) => createStep({ ...state, at, node }, reasonTexts)),
  }
  return createEntry(record, payload, outcome)
}

/** A message is marked for those who may see more of it: head unit and mailbox of a downlink, and other nodes. */
function createEntry(record: MessageRecord, payload: Uint8Array, outcome: MessageOutcome): Entry {
  const { refused, topic, forwarded, isKept } = outcome
  const isDownlink = record.kind === 'downlink' && refused === undefined
  const isElsewhere = forwarded > 0 && topic !== undefined
  const mark = isDownlink || isElsewhere ? payloadMark(payload) : ''
  return {
    record,
    mark: isDownlink ? mark : '',
    arrival: isElsewhere ? nameArrival({ topic, mark }) : '',
    isInMailbox: isKept,
    bytes: 0,
  }
}

function readText(payload: Uint8Array): string {
  return Buffer.from(payload.buffer, payload.byteOffset, Math.min(payload.length, BODY_BYTES_MAX)).toString()
}
