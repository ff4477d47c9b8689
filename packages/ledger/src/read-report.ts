import { type MessageReport, type MessageState, parseUid } from '@pillion/schema'

export interface ReportedState {
  readonly uid: string
  readonly mark: string
  readonly state: MessageState
  readonly reason?: string
}

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
  const { reports } = parse(payload)
  if (!Array.isArray(reports)) return []
  return reports
    .slice(0, REPORTS_MAX)
    .map(readOne)
    .filter((report) => report !== undefined)
}

function parse(payload: Uint8Array): Partial<MessageReport> {
  try {
    return Object(JSON.parse(Buffer.from(payload).toString()))
  } catch {
    return {}
  }
}

function readOne(value: unknown): ReportedState | undefined {
  const { uid: uidText, mark, state: stateText, reason } = Object(value)
  const uid = parseUid(uidText)
  const state = reportedStates.find((each) => each === stateText)
  if (uid === undefined || state === undefined || typeof mark !== 'string' || !/^[0-9a-f]{16}$/.test(mark))
    return undefined
  const isReason = typeof reason === 'string' && REASON.test(reason)
  return { uid, mark, state, ...(isReason ? { reason } : {}) }
}
