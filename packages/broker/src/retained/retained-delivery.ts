import type { Connection } from '../connection.ts'
import type { RetainedMessage, RetainedMessages } from '../ports/retained-messages.ts'
import type { InProcessReceiver, Subscription, Subscriptions } from '../subscriptions.ts'
import { type Overtaken, RetainedWalk } from './retained-walk.ts'

/** How long one turn of the event loop may be spent on retained messages, for all connections together. */
const TURN_MS = 5
/** How long it is one connection's turn. */
const SLICE_MS = 1

/**
 * Brings retained messages to those who have just subscribed [MQTT-3.3.1-9]: at once what fits, the rest in portions
 * as the outbox drains. Live messages go out between the portions. A retained message that came only meanwhile is among
 * those; one whose topic had a live message meanwhile is dropped and counted, so that nobody gets an older value
 * after a newer [MQTT-4.6.0-6].
 */
export class RetainedDelivery implements Overtaken {
  readonly #retained: RetainedMessages
  readonly #subscriptions: Subscriptions
  /** What is not done yet, by connection and topic filter. */
  readonly #walks = new Map<Connection, Map<string, Begun>>()
  /** Connections that have room, in turn. */
  readonly #ready = new Set<Connection>()
  /** Counts what happened, so that earlier and later can be told apart. */
  #moment = 0
  readonly #keptAt = new WeakMap<RetainedMessage, number>()
  readonly #overtakenAt = new WeakMap<RetainedMessage, number>()
  #spentMs = 0
  #isScheduled = false

  constructor(retained: RetainedMessages, subscriptions: Subscriptions) {
    this.#retained = retained
    this.#subscriptions = subscriptions
  }

  /** For a subscription that is in force; one that is under way begins anew. Nothing for a shared one (4.8.2). */
  start(connection: Connection, topicFilter: string): void {
    const subscription = connection.subscriptions.get(topicFilter)
    if (subscription === undefined || subscription.share !== undefined) return
    if (connection.state !== 'connected') return
    this.stop(connection, topicFilter)
    const walk = new RetainedWalk(connection, topicFilter, subscription, ++this.#moment, this)
    if (!this.#walks.has(connection) && this.#spentMs < TURN_MS) {
      const begin = performance.now()
      const outcome = walk.send(begin + SLICE_MS)
      this.#spentMs += performance.now() - begin
      this.#schedule()
      if (outcome === 'done') return
    }
    this.#add(connection, topicFilter, walk, subscription)
  }

  #add(connection: Connection, topicFilter: string, walk: RetainedWalk, subscription: Subscription): void {
    const watch = { ...subscription, receiver: this.#noteLive }
    this.#subscriptions.add(watch)
    const walks = this.#walks.get(connection) ?? new Map<string, Begun>()
    this.#walks.set(connection, walks.set(topicFilter, { walk, watch }))
    this.#ready.add(connection)
    this.#schedule()
  }

  /** Ends what is under way for one topic filter, or for the whole connection. */
  stop(connection: Connection, topicFilter?: string): void {
    const walks = this.#walks.get(connection)
    if (walks === undefined) return
    for (const [filter, { watch }] of walks) {
      if (topicFilter !== undefined && filter !== topicFilter) continue
      walks.delete(filter)
      this.#subscriptions.remove(watch)
    }
    if (walks.size > 0) return
    this.#walks.delete(connection)
    this.#ready.delete(connection)
  }

  /** The connection's outbox has more room than before. */
  drained(connection: Connection): void {
    if (this.#walks.size === 0 || !this.#walks.has(connection)) return
    this.#ready.add(connection)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(this.#run)
  }

  /** Behind the writer, which was scheduled first: what was added last turn is written by now, or blocked. */
  readonly #run = (): void => {
    this.#isScheduled = false
    this.#spentMs = 0
    const full: Connection[] = []
    const begin = performance.now()
    let now = begin
    // Whoever is not done is put behind the others, and has its turn again in this very loop.
    for (const connection of this.#ready) {
      if (now - begin >= TURN_MS) break
      this.#ready.delete(connection)
      const outcome = this.#advance(connection, now + SLICE_MS)
      if (outcome === 'later') this.#ready.add(connection)
      else if (outcome === 'full') full.push(connection)
      now = performance.now()
    }
    // What was added just now goes out at the end of this turn, unless the reader is behind; then `drained` comes.
    for (const connection of full) if (connection.outbox.blockedSince === 0) this.#ready.add(connection)
    if (this.#ready.size > 0) this.#schedule()
  }

  #advance(connection: Connection, until: number): 'done' | 'full' | 'later' {
    for (const [topicFilter, { walk }] of this.#walks.get(connection) ?? []) {
      const outcome = walk.send(until)
      if (outcome !== 'done') return outcome
      this.stop(connection, topicFilter)
    }
    return 'done'
  }

  /** Told of every message that is kept, behind its live delivery. */
  noteKept(message: RetainedMessage): void {
    if (this.#walks.size > 0) this.#keptAt.set(message, ++this.#moment)
  }

  /** Hears live messages while something is under way. One function for all: whoever has it twice calls it once. */
  readonly #noteLive: InProcessReceiver = (topic) => {
    const message = this.#retained.find(topic)
    if (message !== undefined) this.#overtakenAt.set(message, ++this.#moment)
  }

  isNewer(message: RetainedMessage, moment: number): boolean {
    return (this.#keptAt.get(message) ?? 0) > moment
  }

  isOvertaken(message: RetainedMessage, moment: number): boolean {
    return (this.#overtakenAt.get(message) ?? 0) > moment
  }
}

interface Begun {
  readonly walk: RetainedWalk
  /** Among the subscriptions as long as it is under way. */
  readonly watch: Subscription
}
