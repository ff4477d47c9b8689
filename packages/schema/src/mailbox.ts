import { parseUid, type Uid } from './names.ts'
import { vehicleNoticeTopic } from './portal-api.ts'
import { parseSubtopic } from './portal-topic.ts'

/**
 * What came for a vehicle while no head unit was connected (W 9.3). A head unit that subscribes to this topic gets it there,
 * as a `MailboxPortion`, oldest first. Once it has taken the messages, it publishes a `MailboxReceipt` to the same topic; then
 * the server forgets them and sends the next portion, if there is more. What is not acknowledged comes again at the next
 * subscription: whoever takes them remembers the keys.
 */
export function vehicleMailboxTopic(vin: string): string {
  return `${vehicleNoticeTopic(vin)}/mailbox`
}

export interface MailboxPortion {
  readonly messages: readonly MailboxMessage[]
}

export interface MailboxMessage {
  /** A whole number, unique on its server; grows with each message for the vehicle. */
  readonly key: number
  /** The partner that sent it. */
  readonly uid: Uid
  /** '' if there was none. */
  readonly subtopic: string
  /** The downlink's payload (W 3.1, 3.2) as JSON text. */
  readonly payload: string
  /** Milliseconds since 1970-01-01T00:00:00Z, by the server's clock. */
  readonly receivedAt: number
}

export interface MailboxReceipt {
  /** Keys of messages. */
  readonly taken: readonly number[]
}

/** What of a portion can be read; undefined if it is none at all. */
export function parseMailboxPortion(text: string): MailboxMessage[] | undefined {
  const messages = parseList(text, 'messages')
  return messages?.map(readMessage).filter((message) => message !== undefined)
}

/** undefined: not a receipt. */
export function parseMailboxReceipt(text: string): number[] | undefined {
  return parseList(text, 'taken')?.filter(isKey)
}

function parseList(text: string, name: string): unknown[] | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  const list = (value as Record<string, unknown>)[name]
  return Array.isArray(list) ? list : undefined
}

function readMessage(value: unknown): MailboxMessage | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { key, uid: uidText, subtopic: subtopicText, payload, receivedAt } = value as Record<string, unknown>
  const uid = parseUid(uidText)
  const subtopic = typeof subtopicText === 'string' ? parseSubtopic(subtopicText) : undefined
  if (!isKey(key) || uid === undefined || subtopic === undefined) return undefined
  if (typeof payload !== 'string' || typeof receivedAt !== 'number') return undefined
  return { key, uid, subtopic, payload, receivedAt }
}

function isKey(value: unknown): value is number {
  return Number.isSafeInteger(value)
}
