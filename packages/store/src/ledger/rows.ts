import type { MarkedRecord, StepOfRecord } from '@pillion/ledger'
import type { LedgerLevel, MessageRecord, MessageStep } from '@pillion/schema'
import type { Selectable } from 'kysely'
import type { MessageRecordTable, MessageStepTable } from './ledger-tables.ts'

export function toRecordRow({ record, mark }: MarkedRecord): MessageRecordTable {
  return {
    id: record.id,
    at: Date.parse(record.at),
    taken_by: record.node,
    kind: record.kind,
    sender: withoutNul(record.from),
    topic: withoutNul(record.topic),
    uid: toText(record.uid),
    vin: toText(record.vin),
    subtopic: toText(record.subtopic),
    id_app: toText(record.idApp),
    is_popup: record.isPopup === undefined ? null : Number(record.isPopup),
    receipt: toText(record.receipt),
    app_id: toText(record.appID),
    receiver: toText(record.receiver),
    installation_id: toText(record.installationID),
    push_message_id: toText(record.pushMessageID),
    bytes: record.bytes,
    sha256: toText(record.sha256),
    body: toText(record.body),
    level: record.level,
    mark: mark === '' ? null : mark,
    state: null,
  }
}

export function toStepRow({ id, number, step }: StepOfRecord): MessageStepTable {
  return {
    id,
    number,
    seen_by: step.node,
    at: Date.parse(step.at),
    state: step.state,
    counted: step.count ?? null,
    counted_of: step.limit ?? null,
    reason: toText(step.reason),
    text: withoutNul(step.text),
  }
}

export function toRecord(row: Selectable<MessageRecordTable>, steps: MessageStep[]): MessageRecord {
  return {
    id: row.id,
    at: new Date(row.at).toISOString(),
    node: row.taken_by,
    kind: row.kind as MessageRecord['kind'],
    from: row.sender,
    topic: row.topic,
    ...present({
      uid: row.uid,
      vin: row.vin,
      subtopic: row.subtopic,
      idApp: row.id_app,
      isPopup: row.is_popup === null ? null : row.is_popup === 1,
      receipt: row.receipt,
      appID: row.app_id,
      receiver: row.receiver,
      installationID: row.installation_id,
      pushMessageID: row.push_message_id,
      sha256: row.sha256,
      body: row.body,
    }),
    bytes: row.bytes,
    level: row.level as LedgerLevel,
    steps,
  }
}

export function toStep(row: Selectable<MessageStepTable>): MessageStep {
  return {
    state: row.state as MessageStep['state'],
    at: new Date(row.at).toISOString(),
    node: row.seen_by,
    ...present({ count: row.counted, limit: row.counted_of, reason: row.reason }),
    text: row.text,
  }
}

/** PostgreSQL has no place for U+0000 in a text; what a message says of itself may hold one. */
export function withoutNul(text: string): string {
  return text.replaceAll('\u0000', '\uFFFD')
}

function toText(text: string | undefined): string | null {
  return text === undefined ? null : withoutNul(text)
}

type Present<Fields> = { [Name in keyof Fields]?: NonNullable<Fields[Name]> }

function present<Fields extends object>(fields: Fields): Present<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as Present<Fields>
}
