import type { MessageRecord, TopicView } from '@pillion/schema'
import { firstIdAt } from './message-id.ts'
import type { LedgerPage, LedgerQuery, MarkedPlace } from './ports/ledger-store.ts'

/** A record, and what only the node that made it needs to know. */
export interface Entry {
  readonly record: MessageRecord
  /** `payloadMark`; '' if nothing can be told of it later. */
  readonly mark: string
  /** `nameArrival` of a message that other nodes have, so that they can tell of it; '' of others. */
  readonly arrival: string
  /** Was it given to the mailbox, so that this says what became of it? */
  readonly isInMailbox: boolean
  /** About how much memory it takes. */
  bytes: number
}

export interface RecentLimits {
  readonly ledgerRecentMax: number
  readonly ledgerRecentBytesMax: number
}

/** What names a message to the node that it came from. */
export interface Arrival {
  /** Canonical. */
  readonly topic: string
  /** `payloadMark` of its payload. */
  readonly mark: string
}

export function nameArrival({ topic, mark }: Arrival): string {
  return `arrival\0${mark}\0${topic}`
}

/** What a record takes beside its texts, its places in the indexes included. */
const RECORD_BYTES = 900
export const STEP_BYTES = 250

/** The newest records of this node, in memory. */
export class RecentRecords {
  readonly #limits: RecentLimits
  /** Oldest first, by id. */
  readonly #byId = new Map<string, Entry>()
  readonly #indexes = new Map<string, Line<Entry>>()
  #bytes = 0

  constructor(limits: RecentLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#byId.size
  }

  get bytes(): number {
    return this.#bytes
  }

  add(entry: Entry): void {
    this.#byId.set(entry.record.id, entry)
    for (const key of keysOf(entry)) {
      const line = this.#indexes.get(key)
      if (line === undefined) this.#indexes.set(key, new Line(entry))
      else line.push(entry)
    }
    entry.bytes = sizeOf(entry.record) + 2 * entry.arrival.length
    this.#bytes += entry.bytes
    this.#makeRoom()
  }

  /** It has got more steps. */
  grow(entry: Entry, bytes: number): void {
    if (!this.#byId.has(entry.record.id)) return
    entry.bytes += bytes
    this.#bytes += bytes
    this.#makeRoom()
  }

  find(id: string): Entry | undefined {
    return this.#byId.get(id)
  }

  /** Messages of a partner to a vehicle with this payload, oldest first. */
  marked(place: MarkedPlace): Iterable<Entry> {
    return this.#indexes.get(markKey(place)) ?? []
  }

  /** Messages that went to other nodes on this canonical topic with this payload, oldest first. */
  forwarded(arrival: Arrival): Iterable<Entry> {
    return this.#indexes.get(nameArrival(arrival)) ?? []
  }

  /** Those of them that were taken in a span of time (milliseconds since 1970), newest first. */
  *forwardedIn({ since, until }: { since: number; until: number }, arrival: Arrival): Iterable<Entry> {
    const [first, end] = [firstIdAt(since), firstIdAt(until)]
    for (const entry of this.#indexes.get(nameArrival(arrival))?.newestFirst() ?? []) {
      if (entry.record.id < first) return
      if (entry.record.id < end) yield entry
    }
  }

  search(query: LedgerQuery): LedgerPage {
    const messages: MessageRecord[] = []
    const notBefore = query.since === undefined ? '' : firstIdAt(query.since)
    const until = query.until === undefined ? undefined : firstIdAt(query.until)
    for (const { record } of this.#newestFirst(query)) {
      if (record.id < notBefore) break
      if (until !== undefined && record.id >= until) continue
      if (query.before !== undefined && record.id >= query.before) continue
      if (!matches(record, query)) continue
      if (messages.length === query.count) return { messages, next: messages.at(-1)?.id }
      messages.push(record)
    }
    return { messages, next: undefined }
  }

  /** By the index that is likely to hold the fewest. */
  #newestFirst(query: LedgerQuery): Iterable<Entry> {
    for (const field of indexedFields) {
      const value = query[field]
      if (value !== undefined) return this.#indexes.get(`${field}\0${value}`)?.newestFirst() ?? []
    }
    return [...this.#byId.values()].reverse()
  }

  /** Topics of what is remembered that begin with `prefix`, by name. */
  topics(prefix: string): TopicView[] {
    const views: TopicView[] = []
    for (const [key, line] of this.#indexes) {
      if (!key.startsWith(`topic\0${prefix}`)) continue
      const { record } = line.newest
      views.push({ topic: record.topic, messages: line.size, lastAt: record.at })
    }
    return views.sort((a, b) => (a.topic < b.topic ? -1 : 1))
  }

  #makeRoom(): void {
    const { ledgerRecentMax, ledgerRecentBytesMax } = this.#limits
    for (const [id, entry] of this.#byId) {
      if (this.#byId.size <= ledgerRecentMax && this.#bytes <= ledgerRecentBytesMax) return
      this.#byId.delete(id)
      this.#bytes -= entry.bytes
      for (const key of keysOf(entry)) {
        const line = this.#indexes.get(key)
        // The oldest of all is the oldest in each.
        if (line?.shift() === 0) this.#indexes.delete(key)
      }
    }
  }
}

/** In the order in which they are asked. */
const indexedFields = [
  'receipt',
  'pushMessageID',
  'receiver',
  'vin',
  'topic',
  'appID',
  'uid',
] as const satisfies (keyof MessageRecord)[]

function keysOf({ record, mark, arrival }: Entry): string[] {
  const keys: string[] = arrival === '' ? [] : [arrival]
  for (const field of indexedFields) {
    const value = record[field]
    if (value !== undefined) keys.push(`${field}\0${value}`)
  }
  const { vin, uid } = record
  if (mark !== '' && vin !== undefined && uid !== undefined) keys.push(markKey({ vin, uid, mark }))
  return keys
}

function markKey({ vin, uid, mark }: MarkedPlace): string {
  return `mark\0${vin}\0${uid}\0${mark}`
}

function matches(record: MessageRecord, query: LedgerQuery): boolean {
  for (const field of indexedFields) {
    if (query[field] !== undefined && record[field] !== query[field]) return false
  }
  const { idApp, state, reason } = query
  if (idApp !== undefined && record.idApp !== idApp) return false
  if (state !== undefined && record.steps.at(-1)?.state !== state) return false
  return reason === undefined || record.steps.some((step) => step.reason === reason)
}

function sizeOf({ topic, body, steps }: MessageRecord): number {
  return RECORD_BYTES + 2 * topic.length + (body?.length ?? 0) + STEP_BYTES * steps.length
}

/** A list that is taken from at its front without being moved each time; never empty. */
class Line<T> {
  #items: (T | undefined)[]
  #front = 0

  constructor(first: T) {
    this.#items = [first]
  }

  get size(): number {
    return this.#items.length - this.#front
  }

  get newest(): T {
    return this.#items.at(-1) as T
  }

  push(item: T): void {
    this.#items.push(item)
  }

  /** Returns how many are left. */
  shift(): number {
    this.#items[this.#front++] = undefined
    if (this.#front >= 64 && this.#front * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#front)
      this.#front = 0
    }
    return this.size
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let i = this.#front; i < this.#items.length; i++) yield this.#items[i] as T
  }

  *newestFirst(): Iterable<T> {
    for (let i = this.#items.length - 1; i >= this.#front; i--) yield this.#items[i] as T
  }
}
