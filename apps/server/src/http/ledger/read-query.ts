import { type LedgerQuery, parseMessageId } from '@pillion/ledger'
import { MessageQuery, messageStates } from '@pillion/schema'
import { ApiError } from '../problems.ts'

const COUNT_DEFAULT = 50
const COUNT_MAX = 500
const CHARACTERS_MAX = 1_024
const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

type Texts = Partial<Record<keyof MessageQuery, string>>

/**
 * A `MessageQuery` as it came in the address.
 * @throws {ApiError} MESSAGE_QUERY_MALFORMED; its detail begins with the name of the offending field
 */
export function readMessageQuery(query: unknown, now = Date.now()): LedgerQuery {
  const { count, cursor, since, until, state, ...texts } = readTexts(query)
  if (state !== undefined && !messageStates.some((each) => each === state))
    throw malformed('state', `there is no ${JSON.stringify(state)}; states are ${messageStates.join(', ')}.`)
  const sinceMilliseconds = since === undefined ? undefined : readTime('since', since, now)
  const untilMilliseconds = until === undefined ? undefined : readTime('until', until, now)
  if (
    sinceMilliseconds !== undefined &&
    untilMilliseconds !== undefined &&
    sinceMilliseconds >= untilMilliseconds
  )
    throw malformed('until', 'it must be later than since.')
  return {
    ...texts,
    ...(state !== undefined && { state }),
    ...(sinceMilliseconds !== undefined && { since: sinceMilliseconds }),
    ...(untilMilliseconds !== undefined && { until: untilMilliseconds }),
    ...(cursor !== undefined && { before: readCursor(cursor) }),
    count: count === undefined ? COUNT_DEFAULT : readCount(count),
  }
}

function readTexts(query: unknown): Texts {
  const texts: Record<string, string> = {}
  for (const [name, value] of Object.entries(query as Record<string, unknown>)) {
    if (!Object.hasOwn(MessageQuery.properties, name)) {
      const known = Object.keys(MessageQuery.properties).join(', ')
      throw malformed(name.slice(0, 80), `there is no such field; fields are ${known}.`)
    }
    if (typeof value !== 'string') throw malformed(name, 'give it once.')
    if (value.length > CHARACTERS_MAX) throw malformed(name, `it has more than ${CHARACTERS_MAX} characters.`)
    // As a form sends what was left empty.
    if (value !== '') texts[name] = value
  }
  return texts
}

function readTime(field: string, text: string, now: number): number {
  const milliseconds = parseTime(text, now)
  if (milliseconds !== undefined) return milliseconds
  const got = JSON.stringify(text.slice(0, 80))
  throw malformed(field, `got ${got}; ${timeForms}`)
}

export const timeForms = 'give a duration such as 10m, 2h or 3d, or a time such as 2026-01-31T12:00:00Z.'

/** A duration back from now, or ISO 8601, in milliseconds since 1970; undefined: neither. */
export function parseTime(text: string, now: number): number | undefined {
  const [, digits, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? []
  if (digits !== undefined) return now - Number(digits) * units[unit as keyof typeof units]
  const milliseconds = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(milliseconds) ? undefined : milliseconds
}

function readCount(text: string): number {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (count < 1 || count > COUNT_MAX) throw malformed('count', `give a whole number, 1 to ${COUNT_MAX}.`)
  return count
}

function readCursor(text: string): string {
  const id = parseMessageId(text)
  if (id === undefined) throw malformed('cursor', 'give what stood in next of the page before.')
  return id
}

function malformed(field: string, text: string): ApiError {
  return new ApiError('MESSAGE_QUERY_MALFORMED', `${field}: ${text}`)
}
