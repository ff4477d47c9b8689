import type { BrokerLog } from '@pillion/broker'
import type { LedgerLevel, MessageRecord } from '@pillion/schema'
import { type ArrivalDrop, canBeDropped, readArrivalDrop } from './arrival-drops.ts'
import type { DurableWriter } from './durable-writer.ts'
import { canTake, type Evidence, mayBeLost } from './evidence.ts'
import type { LateMatches } from './late-matches.ts'
import { canBeLost, type LostForwarded, readLost, spanOf } from './lost-forwarded.ts'
import { type Entry, type RecentRecords, STEP_BYTES } from './recent-records.ts'
import { createStep, type SeenState } from './steps.ts'

export interface StoriesParts {
  /** Name of this node. */
  readonly node: string
  readonly recent: RecentRecords
  readonly writer: DurableWriter | undefined
  readonly late: LateMatches | undefined
  readonly limits: { readonly ledgerStepsMax: number }
  readonly reasonTexts: Readonly<Record<string, string>>
  readonly levelOf: (uid: string | undefined) => LedgerLevel
  /** See `LedgerOptions`. */
  readonly delivered: ((seconds: number) => void) | undefined
  readonly log: BrokerLog
}

/** The stories of the messages that this node remembers: what is seen finds the one it is about, and whoever listens is told. */
export class Stories {
  readonly #parts: StoriesParts
  readonly #listeners = new Set<(record: MessageRecord) => void>()
  readonly #unmatchedListeners = new Set<(seen: Evidence | ArrivalDrop) => void>()
  /** What was seen of messages that nobody here remembers. */
  unmatched = 0

  constructor(parts: StoriesParts) {
    this.#parts = parts
  }

  /** A story begins. */
  begin(entry: Entry): void {
    const { recent, writer } = this.#parts
    recent.add(entry)
    if (entry.record.level === 'durable') writer?.add(entry)
    this.#tell(entry.record)
  }

  /** Of a mailbox or a head unit. */
  match(evidence: Evidence): void {
    const { node, levelOf, late, reasonTexts } = this.#parts
    const entry = this.#findMeant(evidence)
    if (entry !== undefined) {
      this.#addStep(entry, evidence)
      return
    }
    this.unmatched++
    // What another node has seen, the other node tells to all.
    if (evidence.node !== node) return
    this.tellUnmatched(evidence)
    if (levelOf(evidence.uid) === 'durable') late?.add(evidence, createStep(evidence, reasonTexts))
  }

  /** The oldest that can take it; one that may be lost only if no other can. */
  #findMeant(evidence: Evidence): Entry | undefined {
    let lost: Entry | undefined
    for (const entry of this.#parts.recent.marked(evidence)) {
      if (!canTake(entry.record, evidence, entry.isInMailbox)) continue
      if (!mayBeLost(entry.record)) return entry
      lost ??= entry
    }
    return lost
  }

  /** Of another node. */
  matchDrop(drop: ArrivalDrop): void {
    for (const entry of this.#parts.recent.forwarded(drop)) {
      if (!canBeDropped(entry.record, drop)) continue
      for (const seen of readArrivalDrop(entry.record, drop)) this.#addStep(entry, seen)
      return
    }
    this.unmatched++
  }

  /** Of equal ones the newest is meant: what a node has acknowledged came before what it has not. */
  matchLost(lost: LostForwarded): void {
    for (const entry of this.#parts.recent.forwardedIn(spanOf(lost), lost)) {
      if (!canBeLost(entry.record, lost)) continue
      this.#addStep(entry, readLost(entry.record, lost))
      return
    }
    this.unmatched++
  }

  #addStep(entry: Entry, seen: SeenState): void {
    const { recent, writer, limits, reasonTexts } = this.#parts
    const { record } = entry
    if (record.steps.length >= limits.ledgerStepsMax) return
    const step = createStep(seen, reasonTexts, record.isPopup)
    const number = record.steps.push(step) - 1
    if (seen.state === 'received') this.#tellDelivery(record, seen.at)
    recent.grow(entry, STEP_BYTES)
    if (record.level === 'durable') writer?.addStep({ id: record.id, number, step })
    this.#tell(record)
  }

  /** What waited in a mailbox says nothing about how quick anybody is. */
  #tellDelivery({ at, steps }: MessageRecord, receivedAt: number): void {
    if (steps.some(({ state }) => state === 'kept')) return
    this.#parts.delivered?.(Math.max(0, receivedAt - Date.parse(at)) / 1_000)
  }

  /** See `Ledger`, as below. */
  onRecord(listener: (record: MessageRecord) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  #tell(record: MessageRecord): void {
    for (const listener of this.#listeners) {
      try {
        listener(record)
      } catch (cause) {
        this.#parts.log.warn({ error: String(cause) }, 'a listener to the ledger failed')
      }
    }
  }

  onUnmatched(listener: (seen: Evidence | ArrivalDrop) => void): () => void {
    this.#unmatchedListeners.add(listener)
    return () => void this.#unmatchedListeners.delete(listener)
  }

  tellUnmatched(seen: Evidence | ArrivalDrop): void {
    for (const listener of this.#unmatchedListeners) listener(seen)
  }
}
