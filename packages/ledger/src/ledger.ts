import { createHash } from 'node:crypto'
import type {
  ArrivalOutcome,
  Identity,
  MessageOutcome,
  MessageRecorder,
  PublishDecision,
  RouteRecorder,
} from '@pillion/broker'
import {
  type LedgerLevel,
  type LedgerLevels,
  limits,
  type MessageRecord,
  type MessageStep,
  PORTAL_ROOT,
  payloadMark,
  type TopicView,
} from '@pillion/schema'
import { type ArrivalDrop, ArrivalDrops, canBeDropped, readArrivalDrop } from './arrival-drops.ts'
import { Budget } from './budget.ts'
import { DurableWriter } from './durable-writer.ts'
import { canTake, type Evidence } from './evidence.ts'
import { LateMatches } from './late-matches.ts'
import { Later } from './later.ts'
import type {
  LedgerCounts,
  LedgerLimits,
  LedgerOptions,
  MailboxMessage,
  MailboxOutcome,
  RecordFields,
  SingleRecorder,
} from './ledger-options.ts'
import { Levels } from './levels.ts'
import { MessageIds } from './message-id.ts'
import type { LedgerPage, LedgerQuery, LevelChanges } from './ports/ledger-store.ts'
import { readOutcome } from './read-outcome.ts'
import { readDownlinkFields } from './read-payload.ts'
import { readReport } from './read-report.ts'
import { readRoute, type TopicReading } from './read-route.ts'
import { type Entry, nameArrival, RecentRecords, STEP_BYTES } from './recent-records.ts'
import { type RecordedSource, type Recording, RouteSource, SampledRecorder } from './sampled-recorder.ts'
import { createStep, type SeenState, serverReasons } from './steps.ts'

/** Work that may wait: beyond, messages are passed over. */
const LATER_MAX = { tasks: 4_096, bytes: 8_388_608 }
/** Of a payload that is kept. */
const BODY_BYTES_MAX = 4_096

/** What became of each message that this node has taken, as far as anybody has seen it. */
export class Ledger implements MessageRecorder {
  /** Name of this node. */
  readonly node: string
  readonly #options: LedgerOptions
  readonly #limits: LedgerLimits
  readonly #now: () => number
  readonly #reading: TopicReading
  readonly #levels: Levels
  readonly #ids: MessageIds
  readonly #budget: Budget
  readonly #arrivalDrops: ArrivalDrops
  readonly #recent: RecentRecords
  readonly #later = new Later(LATER_MAX)
  readonly #writer: DurableWriter | undefined
  readonly #late: LateMatches | undefined
  readonly #listeners = new Set<(record: MessageRecord) => void>()
  readonly #wantsReportsListeners = new Set<(isWanted: boolean) => void>()
  readonly #unmatchedListeners = new Set<(evidence: Evidence | ArrivalDrop) => void>()
  readonly #reasonTexts: Readonly<Record<string, string>>
  #recorded = 0
  #unmatched = 0

  constructor(options: LedgerOptions) {
    const { node, store, log, now = Date.now } = options
    this.node = node
    this.#options = options
    this.#limits = { ...limits, ...options.limits }
    this.#now = now
    const { root = PORTAL_ROOT, readTopic = () => undefined } = options
    this.#reading = { root, readTopic }
    const { level = 'recent', body = 'hashed', retentionDays = 7 } = options
    this.#levels = new Levels({ level, body, retentionDays })
    this.#ids = new MessageIds(node)
    this.#budget = new Budget(this.#limits, now)
    this.#arrivalDrops = new ArrivalDrops({
      node,
      budget: new Budget(this.#limits, now),
      later: this.#later,
      now,
      tell: (drop) => this.#tellUnmatched(drop),
    })
    this.#recent = new RecentRecords(this.#limits)
    this.#reasonTexts = { ...options.reasonTexts, ...serverReasons }
    if (store !== undefined) {
      this.#writer = new DurableWriter({
        store,
        limits: this.#limits,
        retentionDays: () => this.#levels.defaults.retentionDays,
        log,
        now,
      })
      this.#late = new LateMatches({
        store,
        writer: this.#writer,
        hasOtherNodes: options.hasOtherNodes ?? false,
      })
    }
  }

  /** Reads what operators have set. */
  async open(): Promise<void> {
    const { store } = this.#options
    if (store === undefined) return
    this.#levels.replace(await store.levels())
    this.#writer?.open()
  }

  /** Writes what waits. Call it when nothing can be recorded any more. */
  async close(): Promise<void> {
    this.#later.close()
    this.#late?.close()
    await this.#writer?.close()
  }

  // What is recorded

  /** Grows whenever an earlier answer of `recorderOf` may no longer hold. */
  get epoch(): number {
    return this.#levels.epoch
  }

  get levels(): LedgerLevels {
    return this.#levels.view()
  }

  /** Is anything recorded at all, so that head units should say what becomes of messages? */
  get wantsReports(): boolean {
    return this.#levels.isAnyOn
  }

  /** What an operator has changed while this node runs. */
  useSettings({
    level,
    body,
    retentionDays,
    limits,
  }: Required<Pick<LedgerOptions, 'level' | 'body' | 'retentionDays' | 'limits'>>): void {
    this.#changeLevels(() => this.#levels.useDefaults({ level, body, retentionDays }))
    Object.assign(this.#limits, limits)
  }

  /** On this node, from now on; whoever calls it sees to the store and to the other nodes. */
  setLevels(changes: LevelChanges): void {
    this.#changeLevels(() => this.#levels.change(changes))
  }

  #changeLevels(change: () => void): void {
    const wanted = this.wantsReports
    change()
    if (this.wantsReports === wanted) return
    for (const listener of this.#wantsReportsListeners) listener(!wanted)
  }

  /** Tells whenever `wantsReports` has changed. Returns the way to end it. */
  onWantsReports(listener: (isWanted: boolean) => void): () => void {
    this.#wantsReportsListeners.add(listener)
    return () => void this.#wantsReportsListeners.delete(listener)
  }

  recorderOf(identity: Identity, topicName: string, decision: PublishDecision): RouteRecorder | undefined {
    if (!this.#levels.isAnyOn) return undefined
    const fields = readRoute(identity, topicName, decision, this.#reading)
    if (fields === undefined) return undefined
    const level = this.#levels.ofPartner(fields.uid)
    if (level === 'off') return undefined
    const route = { identity, topicName, decision, reading: this.#reading }
    return new SampledRecorder(this.#recording, new RouteSource(level, route))
  }

  /** For a single message of the operator or the like; undefined if it is not to be recorded. */
  recorderOfOne(fields: RecordFields): SingleRecorder | undefined {
    const level =
      fields.appID === undefined ? this.#levels.ofPartner(fields.uid) : this.#levels.ofPushApp(fields.appID)
    if (level === 'off') return undefined
    const at = this.#now()
    const id = this.#ids.next(at)
    return {
      id,
      take: (messages) => messages,
      record: (payload, outcome) => this.#record({ source: { fields, level }, id, at, payload, outcome }),
    }
  }

  /** For a push to one installation, as one of its app's; undefined if it is not to be recorded. */
  recorderOfPush(fields: RecordFields & { readonly appID: string }): RouteRecorder | undefined {
    const level = this.#levels.ofPushApp(fields.appID)
    if (level === 'off') return undefined
    return new SampledRecorder(this.#recording, { fields, level, sender: `push:${fields.appID}` })
  }

  readonly #recording: Recording = {
    take: (sender, messages) => {
      if (this.#later.hasRoom) return this.#budget.take(sender, messages)
      this.#budget.passedOver += messages
      return 0
    },
    record: (source, payload, outcome) => {
      const at = this.#now()
      this.#budget.weigh(source.sender, payload.length)
      this.#record({ source, id: this.#ids.next(at), at, payload, outcome })
    },
  }

  /** On the path of the messages: no more than a copy of the payload. */
  #record({ payload, ...taken }: TakenMessage): void {
    this.#recorded++
    const copy = Buffer.from(payload)
    this.#later.add({ bytes: copy.length + 512, run: () => this.#describe({ ...taken, payload: copy }) })
  }

  #describe({ source, id, at, payload, outcome }: TakenMessage): void {
    const { fields, level } = source
    const { body } = this.#levels.defaults
    const record: MessageRecord = {
      id,
      at: new Date(at).toISOString(),
      node: this.node,
      ...fields,
      ...(fields.kind === 'downlink' ? readDownlinkFields(payload) : {}),
      bytes: payload.length,
      ...(body === 'omitted' ? {} : { sha256: createHash('sha256').update(payload).digest('hex') }),
      ...(body === 'kept' ? { body: readText(payload) } : {}),
      level,
      steps: [],
    }
    for (const seen of readOutcome(outcome, fields.kind)) {
      record.steps.push(this.#createStep({ ...seen, at, node: this.node }))
    }
    const entry = createEntry(record, payload, outcome)
    this.#recent.add(entry)
    if (level === 'durable') this.#writer?.add(entry)
    this.#tell(record)
  }

  // What is seen later

  /** Of the mailboxes and head units, here or on another node, and of other nodes. In order behind what was recorded before. */
  see(seen: Evidence | ArrivalDrop): void {
    this.#addLater(256, () => ('topic' in seen ? this.#matchDrop(seen) : this.#match(seen)))
  }

  get wantsArrivals(): boolean {
    return this.#levels.isAnyOn
  }

  droppedArrival(topic: string, payload: Uint8Array, outcome: ArrivalOutcome): void {
    // What the nodes say to each other is nobody's message.
    if (topic.startsWith('$')) return
    // A flood that is dropped must not cost more than its delivery: topics are only read where that decides.
    const place = this.#levels.isAnyOff ? this.#reading.readTopic(topic) : undefined
    if (place === undefined || this.isRecorded(place.uid)) this.#arrivalDrops.add(topic, payload, outcome)
  }

  #addLater(bytes: number, run: () => void): void {
    if (this.#later.hasRoom) this.#later.add({ bytes, run })
    else this.#unmatched++
  }

  /** In force for what a partner sends and gets; undefined: for what is nobody's. */
  levelOf(uid: string | undefined): LedgerLevel {
    return this.#levels.ofPartner(uid)
  }

  isRecorded(uid: string | undefined): boolean {
    return this.levelOf(uid) !== 'off'
  }

  /** The payload must not change any more. */
  recordMailbox({ vin, uid, payload }: MailboxMessage, outcome: MailboxOutcome): void {
    const at = this.#now()
    const bytes = typeof payload === 'string' ? 2 * payload.length : payload.length
    this.#addLater(bytes, () => {
      const mark = payloadMark(typeof payload === 'string' ? Buffer.from(payload) : payload)
      this.#match({ vin, uid, mark, at, node: this.node, ...outcome })
    })
  }

  /** A `MessageReport` that a head unit of this node has published. */
  report(vin: string, payload: Uint8Array): void {
    for (const { uid, mark, state, reason, age } of readReport(payload)) {
      const at = this.#now() - age
      this.see({ vin, uid, mark, state, at, node: this.node, ...(reason === undefined ? {} : { reason }) })
    }
  }

  #match(evidence: Evidence): void {
    for (const entry of this.#recent.marked(evidence)) {
      if (!canTake(entry.record, evidence, entry.isInMailbox)) continue
      this.#addStep(entry, evidence)
      return
    }
    this.#unmatched++
    // What another node has seen, the other node tells to all.
    if (evidence.node !== this.node) return
    this.#tellUnmatched(evidence)
    if (this.#levels.ofPartner(evidence.uid) === 'durable') {
      this.#late?.add(evidence, this.#createStep(evidence))
    }
  }

  #matchDrop(drop: ArrivalDrop): void {
    for (const entry of this.#recent.forwarded(drop)) {
      if (!canBeDropped(entry.record, drop)) continue
      for (const seen of readArrivalDrop(entry.record, drop)) this.#addStep(entry, seen)
      return
    }
    this.#unmatched++
  }

  #tellUnmatched(seen: Evidence | ArrivalDrop): void {
    for (const listener of this.#unmatchedListeners) listener(seen)
  }

  #addStep(entry: Entry, seen: SeenState): void {
    const { record } = entry
    if (record.steps.length >= this.#limits.ledgerStepsMax) return
    const step = this.#createStep(seen, record.isPopup)
    const number = record.steps.push(step) - 1
    if (seen.state === 'received') this.#tellDelivery(record, seen.at)
    this.#recent.grow(entry, STEP_BYTES)
    if (record.level === 'durable') this.#writer?.addStep({ id: record.id, number, step })
    this.#tell(record)
  }

  /** What waited in a mailbox says nothing about how quick anybody is. */
  #tellDelivery({ at, steps }: MessageRecord, receivedAt: number): void {
    if (steps.some(({ state }) => state === 'kept')) return
    this.#options.delivered?.(Math.max(0, receivedAt - Date.parse(at)) / 1_000)
  }

  #createStep(seen: SeenState, isPopup?: boolean): MessageStep {
    return createStep(seen, this.#reasonTexts, isPopup)
  }

  // What is asked

  /** Of those that this node remembers. */
  find(id: string): MessageRecord | undefined {
    this.#later.finish()
    return this.#recent.find(id)?.record
  }

  /** Newest first, of those that this node remembers. */
  search(query: LedgerQuery): LedgerPage {
    this.#later.finish()
    return this.#recent.search(query)
  }

  topics(prefix: string): TopicView[] {
    this.#later.finish()
    return this.#recent.topics(prefix)
  }

  counts(): LedgerCounts {
    return {
      recorded: this.#recorded,
      passedOver: this.#budget.passedOver,
      unmatched: this.#unmatched,
      remembered: this.#recent.size,
      rememberedBytes: this.#recent.bytes,
      waiting: this.#writer?.waiting ?? 0,
      lost: this.#writer?.dropped ?? 0,
    }
  }

  /** Tells of each new record, and again whenever it has got a step; the record itself, which is not to be changed. Returns the way to end it. */
  onRecord(listener: (record: MessageRecord) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Tells what was seen here of a message that this node does not remember: another one may. */
  onUnmatched(listener: (seen: Evidence | ArrivalDrop) => void): () => void {
    this.#unmatchedListeners.add(listener)
    return () => void this.#unmatchedListeners.delete(listener)
  }

  #tell(record: MessageRecord): void {
    for (const listener of this.#listeners) {
      try {
        listener(record)
      } catch (cause) {
        this.#options.log.warn({ error: String(cause) }, 'a listener to the ledger failed')
      }
    }
  }
}

interface TakenMessage {
  readonly source: Omit<RecordedSource, 'sender'>
  readonly id: string
  readonly at: number
  readonly payload: Uint8Array
  readonly outcome: MessageOutcome
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
