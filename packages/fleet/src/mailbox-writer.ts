import { setImmediate, setTimeout } from 'node:timers/promises'
import type { BrokerLog } from '@pillion/broker'
import { type limits, parseDownlink, parseIdApp, type Vin } from '@pillion/schema'
import { MailboxQueue, type QueuedMessage, type WaitingMessage } from './mailbox-queue.ts'
import { MailboxRoom } from './mailbox-room.ts'
import type { MailboxOutcome, MailboxRecorder } from './ports/mailbox-recorder.ts'
import type { MailboxEvent, MailboxStore, NewMessage, TellMailboxEvents } from './ports/mailbox-store.ts'

/** The limits of the mailboxes; defaults and reasons are in `@pillion/schema`. */
export type MailboxLimits = { readonly [name in Extract<keyof typeof limits, `mailbox${string}`>]: number }

/** Messages of one write, and their bytes: some milliseconds of the event loop. */
const WRITE_COUNT_MAX = 100
const WRITE_BYTES_MAX = 524_288
/** A write holds everybody else up, so it is followed by so many times its own length in which there is none. */
const REST_PER_WRITE = 4
const REST_MILLISECONDS_MIN = 10
/** While the store is away, it is tried again every so often. */
const AWAY_MILLISECONDS = 500
/** Receipts of one vehicle that wait to be written; more are not heard, and what they are about comes again. */
const TAKEN_MAX = 1_000

/** Why a message is not kept, or no longer; codes for counters. */
export type MailboxDrop =
  /** Pushed out by newer ones for the same app of the same vehicle. */
  | 'mailbox_overflow'
  | 'mailbox_expired'
  /** By an operator. */
  | 'mailbox_emptied'
  /** Not a message that an app could get (W 3.1, 3.2). */
  | 'mailbox_malformed'
  /** For no app of its partner that the vehicle is subscribed to. */
  | 'mailbox_unsubscribed'
  /** Its partner sends faster than can be written. */
  | 'mailbox_busy'
  /** Its partner has no more room. */
  | 'mailbox_full'
  /** The store is away, and it may have been written all the same; or this node stops. */
  | 'mailbox_failed'

export interface MailboxWriterOptions {
  readonly store: MailboxStore
  readonly limits: MailboxLimits
  readonly log: BrokerLog
  /** Milliseconds since 1970. */
  now(): number
  drop(reason: MailboxDrop, messages: number): void
  readonly recorder: MailboxRecorder | undefined
  /** More is there for these vehicles. */
  written(vins: ReadonlySet<Vin>): void
  /** What these vehicles have taken is forgotten for good. */
  forgotten(vins: Iterable<Vin>): void
}

/**
 * What changes in the mailboxes, written behind: the database blocks the event loop, so nobody who sends waits for it, and a
 * flood takes no more than its share of the time and a bounded part of the memory. While the store is away, it waits here.
 */
export class MailboxWriter {
  readonly #options: MailboxWriterOptions
  readonly #queue: MailboxQueue
  readonly #room: MailboxRoom
  readonly #tell: TellMailboxEvents | undefined
  /** Being written and still to be: one write after another. */
  #last: Promise<void> = Promise.resolve()
  #writing = 0
  #taken = new Map<Vin, Set<number>>()
  #running: Promise<void> | undefined
  #isAway = false
  readonly #closing = new AbortController()

  constructor(options: MailboxWriterOptions) {
    const { store, limits } = options
    this.#options = options
    this.#queue = new MailboxQueue(limits)
    this.#room = new MailboxRoom(store, limits)
    this.#tell = options.recorder && tellRecorder(options.recorder, limits)
  }

  /** Messages that are not on the disk yet. */
  get waiting(): number {
    return this.#queue.size + this.#writing
  }

  keep(message: WaitingMessage): void {
    this.#dropAll(this.#queue.add(message), 'mailbox_busy')
    this.#start()
  }

  forget(vin: Vin, keys: readonly number[]): void {
    const taken = this.#taken.get(vin) ?? new Set()
    for (const key of keys) if (taken.size < TAKEN_MAX) taken.add(key)
    if (taken.size === 0) return
    this.#taken.set(vin, taken)
    this.#start()
  }

  /** Will it be forgotten with one of the next writes? */
  isForgotten(vin: Vin, key: number): boolean {
    return this.#taken.get(vin)?.has(key) ?? false
  }

  /** Does anything for this vehicle still wait to be written? */
  hasWaiting(vin: Vin): boolean {
    return this.#queue.size > 0 && this.#queue.has(vin)
  }

  /** Writes at once what waits for this vehicle, behind what is being written. */
  settle(vin: Vin): Promise<void> {
    const waiting = this.#queue.size > 0 ? this.#queue.takeFor(vin) : []
    return waiting.length > 0 ? this.#write(waiting) : this.#last
  }

  /** Writes everything that waits; keep nothing any more. */
  async close(): Promise<void> {
    this.#closing.abort()
    this.#start()
    await this.#running
    await this.#last
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
  }

  async #run(): Promise<void> {
    // Whatever else is kept in this turn of the event loop comes along.
    await setImmediate()
    while (this.#queue.size > 0 || this.#taken.size > 0) {
      const started = performance.now()
      await this.#write(this.#queue.take(WRITE_COUNT_MAX, WRITE_BYTES_MAX))
      const worked = this.#isAway ? AWAY_MILLISECONDS / REST_PER_WRITE : performance.now() - started
      await rest(worked, this.#closing.signal)
    }
  }

  #write(waiting: readonly QueuedMessage[]): Promise<void> {
    this.#writing += waiting.length
    this.#last = this.#last.then(() => this.#writeNow(waiting))
    return this.#last
  }

  /** Never rejects: there is nobody who could do better. */
  async #writeNow(waiting: readonly QueuedMessage[]): Promise<void> {
    const { store, limits, now, drop, written, forgotten } = this.#options
    const taken = this.#taken
    this.#taken = new Map()
    const left = new Set(waiting)
    try {
      const kept = await this.#admit(left)
      const rules = { now: now(), perAppMax: limits.mailboxMax }
      const { unsubscribed, expired, pushedOut } = await store.write({ kept, taken }, rules, this.#tell)
      if (unsubscribed > 0) drop('mailbox_unsubscribed', unsubscribed)
      if (expired > 0) drop('mailbox_expired', expired)
      if (pushedOut > 0) drop('mailbox_overflow', pushedOut)
      if (kept.length > 0) written(new Set(kept.map(({ vin }) => vin)))
      if (taken.size > 0) forgotten(taken.keys())
      this.#isAway = false
    } catch (cause) {
      this.#fail(cause, left, taken)
    }
    this.#writing -= waiting.length
  }

  /** What has surely not been written is tried again; anything else might come twice. */
  #fail(
    cause: unknown,
    left: ReadonlySet<QueuedMessage>,
    taken: ReadonlyMap<Vin, ReadonlySet<number>>,
  ): void {
    const { log } = this.#options
    const isClosing = this.#closing.signal.aborted
    const isTriedAgain = !isClosing && (cause as { mayBeDone?: boolean }).mayBeDone === false
    if (isTriedAgain) {
      this.#dropAll(this.#queue.putBack([...left]), 'mailbox_busy')
      for (const [vin, keys] of taken) this.forget(vin, [...keys])
      this.#start()
    } else {
      // What was taken is still there, and comes again with the next connection.
      const waiting = isClosing ? this.#queue.take(Infinity, Infinity) : []
      this.#dropAll([...left, ...waiting], 'mailbox_failed')
    }
    if (!this.#isAway || !isTriedAgain)
      log.warn({ error: String(cause), messages: left.size, isTriedAgain }, 'mailboxes could not be written')
    this.#isAway = isTriedAgain
  }

  /** Those that are what they should be, and that there is room for; the others leave `waiting`. */
  async #admit(waiting: Set<QueuedMessage>): Promise<NewMessage[]> {
    const { limits } = this.#options
    const admitted: NewMessage[] = []
    const refuse = (each: QueuedMessage, reason: MailboxDrop) => {
      waiting.delete(each)
      this.#dropAll([each], reason)
    }
    for (const each of [...waiting]) {
      const message = readMessage(each, limits)
      if (message === undefined) refuse(each, 'mailbox_malformed')
      else if (await this.#room.take(message.uid, message.bytes)) admitted.push(message)
      else refuse(each, 'mailbox_full')
    }
    return admitted
  }

  #dropAll(messages: readonly QueuedMessage[], reason: MailboxDrop): void {
    const { drop, recorder } = this.#options
    if (messages.length > 0) drop(reason, messages.length)
    for (const { topic, payload } of messages) {
      const { vin, uid } = topic
      if (recorder?.isRecorded(uid))
        recorder.recordMailbox({ vin, uid, payload }, { state: 'dropped', reason })
    }
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true })

/** undefined: no head unit would deliver it to an app (W 3.1, 3.2). */
function readMessage(
  { topic, payload, receivedAt, expirySeconds = Infinity }: WaitingMessage,
  limits: MailboxLimits,
): NewMessage | undefined {
  const text = decodeText(payload)
  const message = text === undefined ? 'payload_not_json' : parseDownlink(text)
  if (text === undefined || typeof message === 'string') return undefined
  const idApp = parseIdApp(message.idApp)
  if (idApp === undefined) return undefined
  const ownSeconds = message.kind === 'popup' ? limits.mailboxPopupSeconds : limits.mailboxSeconds
  return {
    vin: topic.vin,
    idApp,
    uid: topic.uid,
    subtopic: topic.subtopic,
    payload: text,
    bytes: payload.length,
    receivedAt,
    expiresAt: receivedAt + 1_000 * Math.min(ownSeconds, expirySeconds),
  }
}

function decodeText(payload: Uint8Array): string | undefined {
  try {
    return decoder.decode(payload)
  } catch {
    return undefined
  }
}

/** In the recorder’s words. */
export function tellRecorder(
  recorder: MailboxRecorder,
  limits: Pick<MailboxLimits, 'mailboxMax'>,
): TellMailboxEvents {
  return (events) => {
    for (const event of events)
      if (recorder.isRecorded(event.uid)) recorder.recordMailbox(event, toOutcome(event, limits.mailboxMax))
  }
}

function toOutcome({ what, count = 1 }: MailboxEvent, limit: number): MailboxOutcome {
  switch (what) {
    case 'kept':
      return { state: 'kept', count, limit }
    case 'expired':
      return { state: 'expired', reason: 'mailbox_expired' }
    case 'unsubscribed':
      return { state: 'dropped', reason: 'mailbox_unsubscribed' }
    case 'emptied':
      return { state: 'dropped', reason: 'mailbox_emptied' }
    case 'pushed_out':
      return { state: 'dropped', reason: 'mailbox_overflow' }
  }
}

/** Lets others have their share of the time after so many milliseconds of work, unless it is time to finish. */
export async function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const pause = Math.max(REST_MILLISECONDS_MIN, REST_PER_WRITE * milliseconds)
  await setTimeout(pause, undefined, { signal, ref: false }).catch(() => {})
}
