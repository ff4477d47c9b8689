/** Times are milliseconds since 1970. */
export interface LedgerDatabase {
  message_record: MessageRecordTable
  message_step: MessageStepTable
  ledger_level: LedgerLevelTable
}

export interface MessageRecordTable {
  id: string
  at: number
  /** Node */
  taken_by: string
  kind: string
  sender: string
  topic: string
  uid: string | null
  vin: string | null
  subtopic: string | null
  id_app: string | null
  /** 0 or 1 */
  is_popup: number | null
  receipt: string | null
  app_id: string | null
  receiver: string | null
  installation_id: string | null
  push_message_id: string | null
  bytes: number
  /** Hex */
  sha256: string | null
  body: string | null
  level: string
  mark: string | null
  /** Of its newest step. */
  state: string | null
}

export interface MessageStepTable {
  id: string
  /** From 0. Two nodes may have seen something at once: then both have the same number. */
  number: number
  /** Node */
  seen_by: string
  at: number
  state: string
  /** Of the step: `count` and `limit`. */
  counted: number | null
  counted_of: number | null
  reason: string | null
  text: string
}

export interface LedgerLevelTable {
  whose: 'partner' | 'push-app'
  name: string
  level: string
}
