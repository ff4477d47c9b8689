import type {
  ArrivalOutcome,
  Identity,
  MessageRecorder,
  PublishDecision,
  RouteRecorder,
} from '@pillion/broker'
import {
  type LedgerLevel,
  type LedgerLevels,
  limits,
  type MessageRecord,
  PORTAL_ROOT,
  payloadMark,
  type TopicView,
} from '@pillion/schema'
import type { ArrivalDrop } from './arrival-drops.ts'
import { ArrivalNaming } from './arrival-naming.ts'
import { Budget } from './budget.ts'
import { describeMessage, type TakenMessage } from './describe-message.ts'
import { DurableWriter } from './durable-writer.ts'
import type { Evidence } from './evidence.ts'
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
import { readReport } from './read-report.ts'
import { readRoute, type TopicReading } from './read-route.ts'
import { RecentRecords } from './recent-records.ts'
import { type Recording, RouteSource, SampledRecorder } from './sampled-recorder.ts'
import { serverReasons } from './steps.ts'
import { Stories } from './stories.ts'

/** Work that may wait: beyond, messages are passed over. */
const LATER_MAX = { tasks: 4_096, bytes: 8_388_608 }

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
  readonly #arrivalNaming: ArrivalNaming
  readonly #recent: RecentRecords
  readonly #later = new Later(LATER_MAX)
  readonly #writer: DurableWriter | undefined
  readonly #late: LateMatches | undefined
  readonly #stories: Stories
  readonly #wantsReportsListeners = new Set<(isWanted: boolean) => void>()
  readonly #reasonTexts: Readonly<Record<string, string>>
  #recorded = 0

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
    this.#arrivalNaming = new ArrivalNaming({
      budget: new Budget(this.#limits, now),
      later: this.#later,
      now,
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
    this.#stories = new Stories({
      node,
      recent: this.#recent,
      writer: this.#writer,
      late: this.#late,
      limits: this.#limits,
      reasonTexts: this.#reasonTexts,
      levelOf: (uid) => this.levelOf(uid),
      delivered: options.delivered,
      log,
    })
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

  #describe(taken: TakenMessage): void {
    const { body } = this.#levels.defaults
    const describing = { node: this.node, body, reasonTexts: this.#reasonTexts }
    this.#stories.begin(describeMessage(taken, describing))
  }

  // What is seen later

  /** Of the mailboxes and head units, here or on another node, and of other nodes. In order behind what was recorded before. */
  see(seen: Evidence | ArrivalDrop): void {
    this.#addLater(256, () => ('topic' in seen ? this.#stories.matchDrop(seen) : this.#stories.match(seen)))
  }

  get isRecording(): boolean {
    return this.#levels.isAnyOn
  }

  droppedArrival(topic: string, payload: Uint8Array, { reached, dropped }: ArrivalOutcome): void {
    if (!this.#mayBeRecorded(topic)) return
    const { node } = this
    this.#arrivalNaming.name(topic, payload, (arrival, at) => {
      this.#stories.tellUnmatched({ ...arrival, at, node, isReached: reached > 0, dropped: [...dropped] })
    })
  }

  lostForwarded(topic: string, payload: Uint8Array, node: string, age: number): void {
    if (!this.#mayBeRecorded(topic)) return
    this.#arrivalNaming.name(topic, payload, (arrival, at) => {
      this.#stories.matchLost({ ...arrival, at, node, sentAt: at - age })
    })
  }

  /** A flood that is dropped must not cost more than its delivery: topics are only read where that decides. */
  #mayBeRecorded(topic: string): boolean {
    // What the nodes say to each other is nobody's message.
    if (topic.startsWith('$')) return false
    const place = this.#levels.isAnyOff ? this.#reading.readTopic(topic) : undefined
    return place === undefined || this.isRecorded(place.uid)
  }

  #addLater(bytes: number, run: () => void): void {
    if (this.#later.hasRoom) this.#later.add({ bytes, run })
    else this.#stories.unmatched++
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
      this.#stories.match({ vin, uid, mark, at, node: this.node, ...outcome })
    })
  }

  /** A `MessageReport` that a head unit of this node has published. */
  report(vin: string, payload: Uint8Array): void {
    for (const { uid, mark, state, reason, age } of readReport(payload)) {
      const at = this.#now() - age
      this.see({ vin, uid, mark, state, at, node: this.node, ...(reason === undefined ? {} : { reason }) })
    }
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
      unmatched: this.#stories.unmatched,
      remembered: this.#recent.size,
      rememberedBytes: this.#recent.bytes,
      waiting: this.#writer?.waiting ?? 0,
      lost: this.#writer?.dropped ?? 0,
    }
  }

  /** Tells of each new record, and again whenever it has got a step; the record itself, which is not to be changed. Returns the way to end it. */
  onRecord(listener: (record: MessageRecord) => void): () => void {
    return this.#stories.onRecord(listener)
  }

  /** Tells what was seen here of a message that this node does not remember: another one may. */
  onUnmatched(listener: (seen: Evidence | ArrivalDrop) => void): () => void {
    return this.#stories.onUnmatched(listener)
  }
}
