import { type MessageReport, type MessageState, parseUid } from '@pillion/schema'

export interface ReportedState {
  readonly uid: string
  readonly mark: string
  readonly state: MessageState
  readonly reason?: string
  /** How long before the report was sent: milliseconds, as far as the head unit says. */
  readonly age: number
}

/** Reports are gathered for a moment, never longer. */
const AGE_MAX = 1_000
const REPORTS_MAX = 200
const REASON = /^[a-z_]{1,64}$/

/** What only a head unit can have seen. */
const reportedStates: readonly MessageState[] = [
  'received',
  'taken',
  'pending',
  'popup_shown',
  'popup_ok',
  'popup_cancel',
  'popup_timeout',
  'popup_overflow',
  'dropped',
]

/** What of a `MessageReport` can be read. */
export function readReport(payload: Uint8Array): ReportedState[] {
  const { reports, sentAt } = parse(payload)
  if (!Array.isArray(reports)) return []
  return reports
    .slice(0, REPORTS_MAX)
    .map((report) => readOne(report, sentAt))
    .filter((report) => report !== undefined)
}

function parse(payload: Uint8Array): Partial<MessageReport> {
  try {
    return Object(JSON.parse(Buffer.from(payload).toString()))
  } catch {
    return {}
  }
}

function readOne(value: unknown, sentAt: unknown): ReportedState | undefined {
  const { uid: uidText, mark, state: stateText, reason, at } = Object(value)
  const uid = parseUid(uidText)
  const state = reportedStates.find((each) => each === stateText)
  if (uid === undefined || state === undefined || typeof mark !== 'string' || !/^[0-9a-f]{16}$/.test(mark))
    return undefined
  const isReason = typeof reason === 'string' && REASON.test(reason)
  const age = typeof sentAt === 'number' && typeof at === 'number' ? sentAt - at : 0
  return {
    uid,
    mark,
    state,
    ...(isReason ? { reason } : {}),
    age: age >= 0 && age <= AGE_MAX ? age : 0,
  }
}
