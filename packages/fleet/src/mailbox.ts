import { setImmediate } from 'node:timers/promises'
import type { AbsentReceivers, Broker, BrokerLog, Identity, KeepOptions } from '@pillion/broker'
import {
  type IdApp,
  limits,
  type MailboxPortion,
  parseMailboxReceipt,
  parseVin,
  type Uid,
  type Vin,
  vehicleMailboxTopic,
} from '@pillion/schema'
import { type CanonicalTopic, parseDownlinkTopic } from './canonical-topic.ts'
import { type MailboxDrop, type MailboxLimits, MailboxWriter, rest, tellRecorder } from './mailbox-writer.ts'
import type { MailboxRecorder } from './ports/mailbox-recorder.ts'
import type { KeptPortion, MailboxName, MailboxStore, MailboxSummary } from './ports/mailbox-store.ts'
import { identityKey } from './records.ts'

const PORTION_COUNT_MAX = 500
/** Vehicles whose mailboxes are counted at once: some milliseconds. */
const LIST_VEHICLES = 500
const LIST_MILLISECONDS = 1_000
/** No id of an app has this character, and it comes after all that they have. */
const AFTER_ALL_APPS = '~' as IdApp
const SWEEP_MILLISECONDS = 5_000
/** Expired messages removed at once: some milliseconds. */
const SWEEP_COUNT = 200
/** By then this node knows of whoever connected to another, and that one can be told of what is written for it. */
const LOOK_AGAIN_MILLISECONDS = 1_000
/** While a vehicle's messages are read, more may come: so often it is looked again. */
const LOOKS_MAX = 3

export interface MailboxOptions {
  readonly store: MailboxStore
  readonly log: BrokerLog
  readonly limits?: Partial<MailboxLimits>
  /** As that of `FleetAccess`. */
  readonly environment?: string
  /** Do other nodes keep messages for the vehicles that connect to this one? */
  readonly hasOtherNodes?: boolean
  /** By default nobody is told what becomes of single messages. */
  readonly recorder?: MailboxRecorder
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

/** What the mailboxes need of a broker. */
export type MailboxBroker = Pick<Broker, 'publish' | 'subscribe' | 'countDrop' | 'isElsewhere'>

/**
 * Keeps what partners send to vehicles while no head unit is connected, and hands it over when one has subscribed to
 * `vehicleMailboxTopic` (W 9.3). A message is forgotten once the head unit has said that it took it; until then it is
 * handed over again with each connection.
 */
export class Mailbox implements AbsentReceivers {
  readonly #store: MailboxStore
  readonly #limits: MailboxLimits
  readonly #log: BrokerLog
  readonly #now: () => number
  readonly #prefix: string
  /** Where nodes tell each other for which vehicle there is more. */
  readonly #newsPrefix: string
  readonly #hasOtherNodes: boolean
  readonly #recorder: MailboxRecorder | undefined
  readonly #writer: MailboxWriter
  /** Vehicles for which there is more than they were given. */
  readonly #unfinished = new Set<Vin>()
  readonly #closing = new AbortController()
  #broker: MailboxBroker | undefined
  #lastTopic: readonly [text: string, topic: CanonicalTopic | undefined] = ['', undefined]
  #sweeping: Promise<void> | undefined
  #end = () => {}

  constructor(options: MailboxOptions) {
    this.#store = options.store
    this.#limits = { ...limits, ...options.limits }
    this.#log = options.log
    this.#now = options.now ?? Date.now
    const environment = options.environment ?? 'default'
    this.#prefix = `fleet/${environment}/vehicle/`
    this.#newsPrefix = `fleet/${environment}/mailbox/`
    this.#hasOtherNodes = options.hasOtherNodes ?? false
    this.#recorder = options.recorder
    this.#writer = new MailboxWriter({
      store: options.store,
      limits: this.#limits,
      log: options.log,
      now: this.#now,
      drop: (reason, messages) => this.#drop(reason, messages),
      recorder: options.recorder,
      written: (vins) => this.#tellOthers(vins),
      forgotten: (vins) => void this.#continue([...vins]),
    })
  }

  /** Call it before anybody connects. */
  open(broker: MailboxBroker): void {
    this.#broker = broker
    const receive = (topic: string, payload: Uint8Array) => this.#receive(topic, payload)
    const ends = [broker.subscribe(receiptTopic('+'), receive, { isLocal: true })]
    if (this.#hasOtherNodes) ends.push(broker.subscribe(`${this.#newsPrefix}+`, (topic) => this.#hear(topic)))
    const sweep = setInterval(() => void this.sweep(), SWEEP_MILLISECONDS).unref()
    this.#end = () => {
      clearInterval(sweep)
      for (const end of ends) end()
    }
  }

  /** What an operator has changed while this node runs; of what is kept already, the next message to it. */
  useLimits(limits: MailboxLimits): void {
    Object.assign(this.#limits, limits)
  }

  /** Writes what is not on the disk yet. Call it once the broker is closed. */
  async close(): Promise<void> {
    this.#end()
    this.#closing.abort()
    await this.#writer.close()
    await this.#sweeping
  }

  /** Messages that are not on the disk yet. */
  get waiting(): number {
    return this.#writer.waiting
  }

  receiverOf(topic: string): string | undefined {
    if (this.#limits.mailboxMax === 0 || !topic.startsWith(this.#prefix)) return undefined
    const vin = this.#parse(topic)?.vin
    return vin && identityKey('vehicle', vin)
  }

  isReceiver({ role }: Identity): boolean {
    return role === 'vehicle' && this.#limits.mailboxMax > 0
  }

  keep(topic: string, payload: Uint8Array, { expirySeconds }: KeepOptions): void {
    const parsed = this.#parse(topic)
    if (parsed === undefined) return
    this.#writer.keep({ topic: parsed, payload, receivedAt: this.#now(), expirySeconds })
  }

  /** Mostly the one of the last message. */
  #parse(topic: string): CanonicalTopic | undefined {
    if (this.#lastTopic[0] !== topic) this.#lastTopic = [topic, parseDownlinkTopic(topic)]
    return this.#lastTopic[1]
  }

  /**
   * Reads what there is for a vehicle that is about to subscribe; the result hands it over. Between the two nothing is
   * published if the subscription to its downlinks is granted together with that to its mailbox, so the vehicle gets
   * everything in the order in which it came. Never rejects.
   */
  async prepare(vin: Vin): Promise<() => void> {
    const handOver = await this.#prepare(vin)
    if (!this.#hasOtherNodes) return handOver
    return () => {
      handOver()
      setTimeout(() => void this.lookAgain([vin]), LOOK_AGAIN_MILLISECONDS).unref()
    }
  }

  async #prepare(vin: Vin): Promise<() => void> {
    try {
      const portion = await this.#read(vin)
      return () => {
        if (this.#writer.hasWaiting(vin)) this.#unfinished.add(vin)
        this.#handOver(vin, portion)
      }
    } catch (cause) {
      this.#log.warn({ vin, error: String(cause) }, 'a mailbox could not be read')
      return () => {}
    }
  }

  async #read(vin: Vin): Promise<KeptPortion> {
    const bounds = { countMax: PORTION_COUNT_MAX, bytesMax: this.#limits.mailboxPortionBytesMax }
    let portion: KeptPortion
    let looks = 0
    do {
      await this.#writer.settle(vin)
      portion = await this.#store.list(vin, this.#now(), bounds)
    } while (this.#writer.hasWaiting(vin) && ++looks < LOOKS_MAX)
    return {
      messages: portion.messages.filter(({ key }) => !this.#writer.isForgotten(vin, key)),
      isAll: portion.isAll,
    }
  }

  #handOver(vin: Vin, { messages, isAll }: KeptPortion): void {
    if (isAll) this.#unfinished.delete(vin)
    else this.#unfinished.add(vin)
    if (messages.length === 0) return
    const portion: MailboxPortion = {
      messages: messages.map(({ key, uid, subtopic, payload, receivedAt }) => {
        return { key, uid, subtopic, payload, receivedAt }
      }),
    }
    const reached = this.#broker?.publish(vehicleMailboxTopic(vin), Buffer.from(JSON.stringify(portion))) ?? 0
    // It may have gone while its mailbox was read.
    if (reached > 0) this.#recordHandedOver(vin, messages)
  }

  #recordHandedOver(vin: Vin, messages: KeptPortion['messages']): void {
    for (const { uid, payload } of messages)
      if (this.#recorder?.isRecorded(uid))
        this.#recorder.recordMailbox({ vin, uid, payload }, { state: 'handed_over' })
  }

  /** What a head unit says that it has taken. */
  #receive(topic: string, payload: Uint8Array): void {
    const vin = parseVin(topic.split('/')[2])
    const keys = parseMailboxReceipt(Buffer.from(payload).toString())
    if (vin !== undefined && keys !== undefined) this.#writer.forget(vin, keys)
  }

  /** Written while the vehicle connected to another node, which has read its mailbox already. */
  #tellOthers(vins: ReadonlySet<Vin>): void {
    for (const vin of vins)
      if (this.#broker?.isElsewhere(identityKey('vehicle', vin)))
        this.#broker.publish(this.#newsPrefix + vin, new Uint8Array())
  }

  /** Everybody hears it; it is for the node that the vehicle is connected to. */
  #hear(topic: string): void {
    const vin = parseVin(topic.slice(this.#newsPrefix.length))
    if (vin !== undefined && !this.#broker?.isElsewhere(identityKey('vehicle', vin)))
      void this.lookAgain([vin])
  }

  /** For vehicles that are connected here: hands over what has been written for them meanwhile. */
  lookAgain(vins: readonly Vin[]): Promise<void> {
    for (const vin of vins) this.#unfinished.add(vin)
    return this.#continue(vins)
  }

  /** The next portion for those that have taken the last one. */
  async #continue(vins: readonly Vin[]): Promise<void> {
    for (const vin of vins) {
      if (!this.#unfinished.delete(vin) || this.#closing.signal.aborted) continue
      const handOver = await this.#prepare(vin)
      handOver()
    }
  }

  /** How many messages are kept for the vehicle. */
  count(vin: Vin): Promise<number> {
    return this.#store.count(vin, this.#now())
  }

  /** What the messages of a partner take on the disk, and may take. */
  async room(uid: Uid): Promise<{ readonly bytes: number; readonly bytesMax: number }> {
    const bytes = await this.#store.countBytes(uid)
    return { bytes, bytesMax: this.#limits.mailboxBytesPerPartnerMax }
  }

  /**
   * Mailboxes in the order of vehicle and app, those that come after `after` and have `search` in VIN, UID or app; `next` is `after` of
   * what follows. Who searches among very many gets what was found within a second.
   */
  async list({
    search,
    after,
    count,
  }: {
    search: string
    after: MailboxName | undefined
    count: number
  }): Promise<{ mailboxes: MailboxSummary[]; next: MailboxName | undefined }> {
    const deadline = performance.now() + LIST_MILLISECONDS
    const found: MailboxSummary[] = []
    for (let from = after; ; ) {
      const page = { search, after: from, vehiclesMax: LIST_VEHICLES, now: this.#now() }
      const { mailboxes, next } = await this.#store.listMailboxes(page)
      found.push(...mailboxes)
      from = next && { vin: next, idApp: AFTER_ALL_APPS }
      if (found.length > count) return { mailboxes: found.slice(0, count), next: found[count - 1] }
      if (from === undefined || performance.now() >= deadline) return { mailboxes: found, next: from }
      await setImmediate()
    }
  }

  /** Forgets what is kept for the vehicle, or for one app of it; resolves to how many messages. */
  async empty(vin: Vin, idApp?: IdApp): Promise<number> {
    await this.#writer.settle(vin)
    const tell = this.#recorder && tellRecorder(this.#recorder, this.#limits)
    const messages = await this.#store.empty(vin, idApp, tell)
    if (messages > 0) this.#drop('mailbox_emptied', messages)
    return messages
  }

  /** Removes what is too old. */
  sweep(): Promise<void> {
    this.#sweeping ??= this.#removeExpired().finally(() => {
      this.#sweeping = undefined
    })
    return this.#sweeping
  }

  async #removeExpired(): Promise<void> {
    try {
      for (let removed = SWEEP_COUNT; removed === SWEEP_COUNT && !this.#closing.signal.aborted; ) {
        const started = performance.now()
        const tell = this.#recorder && tellRecorder(this.#recorder, this.#limits)
        removed = await this.#store.removeExpired(this.#now(), SWEEP_COUNT, tell)
        if (removed > 0) this.#drop('mailbox_expired', removed)
        if (removed === SWEEP_COUNT) await rest(performance.now() - started, this.#closing.signal)
      }
    } catch (cause) {
      this.#log.warn({ error: String(cause) }, 'expired messages could not be removed from the mailboxes')
    }
  }

  #drop(reason: MailboxDrop, messages: number): void {
    this.#broker?.countDrop(reason, messages)
  }
}

/** Where the receipts of a vehicle go; it publishes them to `vehicleMailboxTopic`, and is not to get them itself. */
export function receiptTopic(vin: string): string {
  return `${vehicleMailboxTopic(vin)}/taken`
}
