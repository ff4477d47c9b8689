import type { MessageQuery, MessageRecord } from '@pillion/schema'
import { lastStep } from '../../messages/ends.ts'

/** What one can look for; the query of the address and of the REST alike. */
export const filterNames = [
  'vin',
  'uid',
  'idApp',
  'appID',
  'receiver',
  'topic',
  'receipt',
  'pushMessageID',
  'state',
  'reason',
  'since',
] as const

export type MessageFilter = Pick<MessageQuery, (typeof filterNames)[number]>

export function readFilter(query: URLSearchParams): MessageFilter {
  const entries = filterNames.flatMap((name) => {
    const value = query.get(name)
    return value ? [[name, value] as const] : []
  })
  return Object.fromEntries(entries)
}

/** Whether a message that just came belongs to what is looked for; that it is new enough is clear. */
export function matchesFilter(message: MessageRecord, filter: MessageFilter): boolean {
  const { state, reason, since: _, ...exact } = filter
  const last = lastStep(message)
  if (state !== undefined && last?.state !== state) return false
  if (reason !== undefined && last?.reason !== reason) return false
  return Object.entries(exact).every(([name, value]) => message[name as keyof MessageRecord] === value)
}
