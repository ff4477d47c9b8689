import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import type { BrokerLog, Publisher } from '@pillion/broker'
import { endpointTopic } from '../access.ts'
import type { PushLimits } from '../limits.ts'
import type { PushApp } from '../ports/push-app-store.ts'
import type { PushRecorder } from '../ports/push-recorder.ts'
import type { PushStore } from '../ports/push-store.ts'
import type { Subject } from '../principal.ts'
import { PushError } from '../push-error.ts'
import { type Audience, type AudiencePage, readAudience } from './audience.ts'
import { type Origin, type Sending, SendingLines } from './sending-lines.ts'

/** One payload on its way to one installation. */
export interface Delivery {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly appID: string
  readonly subject: Subject
  readonly installationID: string
  /** To how many connections of this node it was handed; 0 = it is not connected here. */
  readonly connections: number
  /** The JSON that receivers get; the same object for all of them. */
  readonly payload: Uint8Array
}

export interface SenderOptions {
  readonly store: Pick<PushStore, 'subscriptions' | 'installations'>
  readonly publisher: Publisher
  readonly limits: Pick<PushLimits, 'pushQueuePerAppMax' | 'pushQueueMax'>
  readonly recorder?: PushRecorder | undefined
  /** Told of each message and event that is taken; `done` as of `enqueue`. */
  readonly accepted?: ((appID: string, done: Promise<void>) => void) | undefined
  readonly log: BrokerLog
  readonly now?: (() => number) | undefined
}

/** Of the event loop at a time; then everybody else has a turn. A page of receivers may come on top. */
const TURN_MILLISECONDS = 3
/** Before a page that the store did not give is asked for again. */
const RETRY_MILLISECONDS = [50, 250, 1_000] as const
const DRAIN_MILLISECONDS = 3_000
const RETRY_AFTER_SECONDS = 1

/**
 * The one way from the push service to the broker. What an app sends goes out in the order in which it was accepted, page by
 * page, while apps take turns; so a message to a crowd delays its own app only.
 */
export class Sender {
  readonly #store: Pick<PushStore, 'subscriptions' | 'installations'>
  readonly #publisher: Publisher
  readonly #limits: Pick<PushLimits, 'pushQueuePerAppMax' | 'pushQueueMax'>
  readonly #recorder: PushRecorder | undefined
  readonly #accepted: SenderOptions['accepted']
  readonly #log: BrokerLog
  readonly #now: () => number
  readonly #lines = new SendingLines()
  readonly #listeners = new Set<(delivery: Delivery) => void>()
  readonly #counters = { accepted: 0, refused: 0, failed: 0, delivered: 0, not_connected: 0 }
  #sending: Promise<void> | undefined
  #turnEndsAt = 0
  #isClosed = false
  /** Nothing is sent any more, finished or not. */
  #isCut = false

  constructor(options: SenderOptions) {
    this.#store = options.store
    this.#publisher = options.publisher
    this.#limits = options.limits
    this.#recorder = options.recorder
    this.#accepted = options.accepted
    this.#log = options.log
    this.#now = options.now ?? Date.now
  }

  /**
   * Takes a payload for everybody who is in the audience now. Its place in line is that of the call; it does not wait for
   * delivery, but `done` does: it resolves when all receivers were read, or given up. `origin`: by default the app itself.
   * @throws PushError TEMPORARY_UNAVAILABLE_ERROR if too much waits already
   */
  async enqueue(
    { appID }: Pick<PushApp, 'appID'>,
    audience: Audience,
    payload: Uint8Array,
    origin: Origin = { principal: { kind: 'admin' } },
  ): Promise<{ readonly done: Promise<void> }> {
    const { pushQueuePerAppMax, pushQueueMax } = this.#limits
    if (
      this.#isClosed ||
      this.#lines.count >= pushQueueMax ||
      this.#lines.countOf(appID) >= pushQueuePerAppMax
    ) {
      this.#counters.refused++
      throw new PushError('TEMPORARY_UNAVAILABLE_ERROR', 'Too much waits to be sent; try again', {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      })
    }
    const { promise: done, resolve: finish } = Promise.withResolvers<void>()
    const upTo =
      audience.kind === 'subscribers'
        ? this.#store.subscriptions.lastPosition(audience.targetKey)
        : Promise.resolve(0)
    this.#lines.add({ appID, audience, payload, origin, upTo, after: 0, finish })
    this.#accepted?.(appID, done)
    this.#sending ??= this.#send()
    await upTo
    this.#counters.accepted++
    return { done }
  }

  /** Tells of each delivery from now on. Returns the way to end it. */
  onDelivery(listener: (delivery: Delivery) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /**
   * Messages and events: `accepted`, `refused` for want of room, `failed` to reach all their receivers; and of single
   * deliveries: `delivered`, and `not_connected` to this node.
   */
  counters(): Readonly<Record<string, number>> {
    return { ...this.#counters }
  }

  /** Messages and events on their way. */
  get waiting(): number {
    return this.#lines.count
  }

  /** Takes nothing more, sends what waits for some seconds, and counts what is left as failed. */
  async close(drainMilliseconds = DRAIN_MILLISECONDS): Promise<void> {
    this.#isClosed = true
    const timer = new AbortController()
    const deadline = wait(drainMilliseconds, undefined, { signal: timer.signal }).catch(() => {})
    await Promise.race([this.#sending, deadline])
    timer.abort()
    this.#isCut = true
    const left = this.#lines.clear()
    if (left === 0) return
    this.#counters.failed += left
    this.#log.warn({ messages: left }, 'push messages were not sent before the end')
  }

  /** Runs for as long as there is anything to send. */
  async #send(): Promise<void> {
    this.#turnEndsAt = performance.now() + TURN_MILLISECONDS
    for (let sending = this.#lines.next(); sending !== undefined; sending = this.#lines.next()) {
      const isDone = await this.#sendPage(sending)
      if (isDone) this.#lines.remove(sending)
      await this.#endTurn()
    }
    this.#sending = undefined
  }

  /** @returns whether that was the last one */
  async #sendPage(sending: Sending): Promise<boolean> {
    try {
      const page = await this.#readPage(sending)
      for (const receiver of page.receivers) {
        if (this.#isCut) return true
        this.#deliver(sending, receiver)
        await this.#endTurn()
      }
      if (page.next === undefined) return true
      sending.after = page.next
      return false
    } catch (cause) {
      if (this.#isCut) return true
      this.#counters.failed++
      this.#log.warn({ appID: sending.appID, error: String(cause) }, 'a push message missed receivers')
      return true
    }
  }

  async #readPage(sending: Sending): Promise<AudiencePage> {
    const { appID, audience, after } = sending
    // Whoever sent it learns of it if this fails; then it was not accepted.
    const upTo = await sending.upTo.catch(() => undefined)
    if (upTo === undefined) return { receivers: [], next: undefined }
    for (const milliseconds of RETRY_MILLISECONDS) {
      try {
        return await readAudience(this.#store, appID, audience, { after, upTo })
      } catch (cause) {
        if (this.#isCut) throw cause
        await wait(milliseconds)
      }
    }
    return readAudience(this.#store, appID, audience, { after, upTo })
  }

  #deliver({ appID, payload, origin }: Sending, receiver: AudiencePage['receivers'][number]): void {
    const topic = endpointTopic(receiver.mqttTopic)
    const recorder = this.#recorder?.recorderOfPush({ ...receiver, appID, topic, ...origin })
    const connections = this.#publisher.publish(topic, payload, recorder)
    if (connections > 0) this.#counters.delivered++
    else this.#counters.not_connected++
    if (this.#listeners.size === 0) return
    const { subject, installationID } = receiver
    this.#tell({ at: this.#now(), appID, subject, installationID, connections, payload })
  }

  /** A listener's bug is not the sender's. */
  #tell(delivery: Delivery): void {
    for (const listener of this.#listeners) {
      try {
        listener(delivery)
      } catch (cause) {
        this.#log.warn({ error: String(cause) }, 'a listener to push deliveries failed')
      }
    }
  }

  /** Lets others run, if it is their turn. */
  async #endTurn(): Promise<void> {
    if (performance.now() < this.#turnEndsAt) return
    await nextTurn()
    this.#turnEndsAt = performance.now() + TURN_MILLISECONDS
  }
}
