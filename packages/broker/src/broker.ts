import type { Socket } from 'node:net'
import { type ReasonCode, reasonCodes } from '@pillion/packet'
import type { WebSocket } from 'ws'
import { readClock } from './clock.ts'
import { Connection } from './connection.ts'
import {
  type ConnectionKey,
  type ConnectionListing,
  type ConnectionPortion,
  listConnections,
} from './connection-list.ts'
import type { BrokerLog, Core } from './core.ts'
import { Counters } from './counters.ts'
import { BackPressure } from './fairness/back-pressure.ts'
import { IdentityUses } from './fairness/identity-uses.ts'
import { LineBudget } from './fairness/line-budget.ts'
import { checkDeadlines } from './fairness/sweep.ts'
import { TurnBudget } from './fairness/turn-budget.ts'
import { type BrokerLimits, defaultLimits } from './limits.ts'
import { MemoryRelay } from './memory/relay.ts'
import { MemoryRetainedMessages } from './memory/retained-messages.ts'
import type { AbsentReceivers } from './ports/absent-receivers.ts'
import type { AccessPolicy, Identity } from './ports/access-policy.ts'
import type { MessageRecorder, RouteRecorder } from './ports/message-recorder.ts'
import type { MessageTracer } from './ports/message-tracer.ts'
import type { Presence } from './ports/presence.ts'
import type { RefusalListener } from './ports/refusal-listener.ts'
import type { LostListener, Relay } from './ports/relay.ts'
import type { RetainedMessages } from './ports/retained-messages.ts'
import { RetainedDelivery } from './retained/retained-delivery.ts'
import { keepIfMissed, receiverTopic } from './routing/absent-receiver.ts'
import { Arrivals } from './routing/arrivals.ts'
import { deliverMessage, keptExtras } from './routing/deliver.ts'
import { LocalReceivers } from './routing/local-receivers.ts'
import { readOutcome } from './routing/read-outcome.ts'
import { type Audience, gatherAudience } from './routing/route.ts'
import { SeenTopics } from './routing/seen-topics.ts'
import { Shares } from './routing/shares.ts'
import { Attendance } from './sessions/attendance.ts'
import { endAllSessions, evict, settleAbsent } from './sessions/leave.ts'
import { Sessions } from './sessions/sessions.ts'
import { Takeovers } from './sessions/takeovers.ts'
import { type InProcessReceiver, type Subscription, Subscriptions } from './subscriptions.ts'
import { SystemTopics } from './system/system-topics.ts'
import { SocketTransport } from './transports/socket-transport.ts'
import { openStreamTransport } from './transports/stream-transport.ts'
import type { Transport } from './transports/transport.ts'
import { type WebSocketOrigin, WebSocketTransport } from './transports/web-socket-transport.ts'
import { Writer } from './wire/writer.ts'

/** The one way in for the server's own messages; push and fleet know the broker as no more than this. */
export interface Publisher {
  /**
   * Sends a payload on a canonical topic. Returns to how many connections of this node it was handed, and one more if other
   * nodes want it. A `recorder` is told what became of it.
   */
  publish(topic: string, payload: Uint8Array, recorder?: RouteRecorder): number
}

export interface BrokerOptions {
  readonly policy: AccessPolicy
  readonly relay?: Relay
  readonly retained?: RetainedMessages
  /** Told who connects and leaves; by default nobody is. */
  readonly presence?: Presence
  /** Takes care of messages whose receiver is away; by default they are dropped. */
  readonly absentReceivers?: AbsentReceivers
  /** Writes down what becomes of messages; by default nobody does. */
  readonly recorder?: MessageRecorder
  /** Follows messages that bring a trace context; by default nobody does. */
  readonly tracer?: MessageTracer
  /** Told of those who are turned away; by default nobody is. */
  readonly refusals?: RefusalListener
  readonly limits?: Partial<BrokerLimits>
  readonly log?: BrokerLog
}

/** Of all connections of this node. */
export interface ConnectionSums {
  readonly counts: readonly { readonly role: string; readonly listener: string; readonly count: number }[]
  /** What waits in all outboxes, for the kernel to take it. */
  readonly outboxBytes: number
}

/** How connections end when the server does. */
export interface Farewell {
  /** Host, or host:port, that version 5 clients are told to use instead (3.14.2.2.5). */
  readonly serverReference?: string | undefined
  /** Over how long connections are closed; absent: at once. */
  readonly drainMilliseconds?: number
}

const DRAIN_STEP_MS = 50
const SWEEP_MS = 1_000
/** A minute. */
const SWEEPS_PER_TIDY = 60

/** The MQTT core: connections in, messages routed at QoS 0. It opens no sockets; listeners attach them. */
export class Broker implements Publisher {
  readonly #core: Core
  readonly #connections = new Set<Connection>()
  #sweep: NodeJS.Timeout | undefined
  #sweeps = 0
  #wasLate = false
  /** Since the last sweep, for want of room: a crowd at the door must not fill the log. */
  #turnedAway = 0

  constructor(options: BrokerOptions) {
    const limits = { ...defaultLimits, ...options.limits }
    const subscriptions = new Subscriptions()
    const retained = options.retained ?? createRetained(limits)
    const core: Core = {
      policy: options.policy,
      relay: options.relay ?? new MemoryRelay(),
      absentReceivers: options.absentReceivers,
      recorder: options.recorder,
      tracer: options.tracer,
      refusals: options.refusals,
      localReceivers: new LocalReceivers(),
      retained,
      retainedDelivery: new RetainedDelivery(retained, subscriptions),
      systemTopics: new SystemTopics(),
      subscriptions,
      sessions: new Sessions(limits),
      identityUses: new IdentityUses(limits),
      takeovers: new Takeovers(limits),
      attendance: new Attendance(options.presence),
      counters: new Counters(),
      limits,
      writer: new Writer(() => core.now),
      backPressure: new BackPressure(),
      turn: new TurnBudget(),
      log: options.log ?? silent,
      lines: new LineBudget(limits),
      now: readClock(),
      shares: new Shares(),
      seenTopics: new SeenTopics(),
      routeCount: 0,
      lastConnection: 0,
    }
    this.#core = core
  }

  async open(): Promise<void> {
    const arrivals = new Arrivals(this.#core)
    const { recorder } = this.#core
    const lost: LostListener | undefined =
      recorder && ((topic, payload, node, age) => recorder.lostForwarded(topic, payload, node, age))
    await this.#core.relay.open({
      deliver: (topic, payload, extras) => arrivals.deliver(topic, payload, extras),
      evict: (clientKey) => evict(this.#core, clientKey),
      dropped: (reason, messages) => this.#core.counters.drop(reason, messages),
      get lost() {
        return recorder?.isRecording ? lost : undefined
      },
    })
    this.#sweep = setInterval(() => this.#sweepConnections(), SWEEP_MS)
    this.#sweep.unref()
  }

  /** Serves a TCP or TLS socket from here on. `listener` is its listener's name, for the access policy and the log. */
  attachSocket(socket: Socket, listener: string): void {
    this.#attach(openStreamTransport(socket) ?? new SocketTransport(socket), listener)
  }

  /** Serves a WebSocket that is open. */
  attachWebSocket(socket: WebSocket, options: WebSocketOrigin & { readonly listener: string }): void {
    this.#attach(new WebSocketTransport(socket, options), options.listener)
  }

  #attach(transport: Transport, listener: string): void {
    const core = this.#core
    this.#connections.add(new Connection(core, transport, listener, this.#forget))
    if (this.#connections.size > core.limits.connectionsMax) {
      this.countRefusal('too_many_connections')
      this.#turnedAway++
      transport.destroy()
    }
  }

  /** One for all connections: a closure each would cost 64 bytes. */
  readonly #forget = (connection: Connection): void => {
    this.#connections.delete(connection)
    this.#core.counters.connectionsClosed++
  }

  publish(topic: string, payload: Uint8Array, recorder?: RouteRecorder): number {
    const core = this.#core
    const audience = gatherAudience(topic, core.subscriptions.match(topic), undefined)
    if (recorder === undefined || recorder.take(1) === 0) return this.#publish(topic, payload, audience)
    core.counters.watch()
    const reached = this.#publish(topic, payload, audience)
    recorder.record(payload, readOutcome(core, topic, audience))
    return reached
  }

  #publish(topic: string, payload: Uint8Array, audience: Audience): number {
    const core = this.#core
    const message = { payload, retain: false, properties: undefined }
    const isKept = keepIfMissed(core, topic, audience, message)
    const isWanted = core.relay.wants(topic)
    if (isWanted) core.relay.forward(topic, payload, isKept ? keptExtras : undefined)
    return deliverMessage(core, topic, audience, message) + (isWanted && !isKept ? 1 : 0)
  }

  /**
   * Hands every message on a canonical filter to `receive`; payloads are only valid during the call. `isLocal`: only those
   * that come in on this node. Returns the way to end it.
   */
  subscribe(filter: string, receive: InProcessReceiver, { isLocal = false } = {}): () => void {
    const subscription: Subscription = {
      filter,
      // A receiver's bug is not the sender's.
      receiver: (topic, payload) => {
        try {
          receive(topic, payload)
        } catch (cause) {
          this.#core.log.warn({ error: String(cause), topic }, 'an in-process receiver failed')
        }
      },
      form: '',
      present: undefined,
      noLocal: false,
      retainAsPublished: false,
      identifier: undefined,
      share: undefined,
    }
    const { subscriptions, relay } = this.#core
    subscriptions.add(subscription)
    if (!isLocal) relay.addInterest(filter)
    return () => {
      subscriptions.remove(subscription)
      if (!isLocal) relay.dropInterest(filter)
    }
  }

  /** Closes every connection of the identities in question; version 5 clients are told the reason. Returns how many. */
  disconnect(
    isConcerned: (identity: Identity, connection: ConnectionKey) => boolean,
    reasonCode: ReasonCode,
    text: string,
  ): number {
    const concerned = [...this.#connections].filter(
      (each) => each.state !== 'closing' && isConcerned(each.identity, each),
    )
    for (const connection of concerned) connection.close(reasonCode, text)
    return concerned.length
  }

  /** Who is connected to this node in a role; an identity with several connections comes several times. */
  listIdentities(role: string): Identity[] {
    return [...this.#connections]
      .map(({ identity }) => identity)
      .filter((identity) => identity?.role === role)
  }

  /** A portion of those that are connected to this node and wanted, newest first, as they are at this moment. */
  listConnections(
    isWanted: (connection: ConnectionKey) => boolean,
    portion: ConnectionPortion,
  ): ConnectionListing {
    return listConnections(this.#connections, isWanted, portion)
  }

  /** Is the receiver, an identity by its key, subscribed to anything on another node? */
  isElsewhere(key: string): boolean {
    return this.#core.relay.wants(receiverTopic(key))
  }

  /** Counts somebody whom a listener turned away before there was a connection. `reason` in snake_case. */
  countRefusal(reason: string): void {
    this.#core.counters.connectionsRefused++
    this.#core.counters.refuse('connect', reason)
  }

  /** Counts messages that were on their way to a receiver in this process and did not get there. `reason` in snake_case. */
  countDrop(reason: string, messages: number): void {
    this.#core.counters.dropUnwatched(reason, messages)
  }

  get connectionCount(): number {
    return this.#connections.size
  }

  /** Absent clients of which something is kept. */
  get absentSessionCount(): number {
    return this.#core.sessions.absentCount
  }

  /** Walks over all connections: for figures that somebody wants now and then. Those that have not signed in have the role `none`. */
  sumConnections(): ConnectionSums {
    const counts = new Map<string, { role: string; listener: string; count: number }>()
    let outboxBytes = 0
    for (const { identity, listener, outbox } of this.#connections) {
      outboxBytes += outbox.bytes
      const key = `${identity.role} ${listener}`
      const known = counts.get(key)
      if (known === undefined) counts.set(key, { role: identity.role, listener, count: 1 })
      else known.count++
    }
    return { counts: [...counts.values()], outboxBytes }
  }

  /** From here on; what clients were told when they connected stays. Room for retained messages and the log’s lines stay, too. */
  useLimits(limits: Partial<BrokerLimits>): void {
    Object.assign(this.#core.limits, limits)
  }

  /** Plain numbers by name: messages, bytes and connections, `dropped_<reason>`, `refused_<packet>_<reason>`. */
  counters(): Record<string, number> {
    return this.#core.counters.snapshot()
  }

  /** Tells everybody and closes; listeners must not attach anybody any more. Idempotent. */
  async close(farewell: Farewell = {}): Promise<void> {
    await this.#drain(farewell)
    clearInterval(this.#sweep)
    endAllSessions(this.#core, this.#connections)
    for (const connection of this.#connections) sayFarewell(connection, farewell)
    const deadline = readClock() + this.#core.limits.closeSeconds * 1_000
    while (this.#connections.size > 0 && readClock() < deadline)
      await new Promise((resume) => setTimeout(resume, 10))
    for (const connection of this.#connections) connection.transport.destroy()
    await this.#core.relay.close()
  }

  /** A few at a time, so that those who come back elsewhere do not all come at once. */
  async #drain(farewell: Farewell): Promise<void> {
    const connections = [...this.#connections]
    const steps = Math.min(connections.length, Math.ceil((farewell.drainMilliseconds ?? 0) / DRAIN_STEP_MS))
    for (let step = 0; step < steps; step++) {
      const from = Math.floor((step * connections.length) / steps)
      const to = Math.floor(((step + 1) * connections.length) / steps)
      for (const connection of connections.slice(from, to)) sayFarewell(connection, farewell)
      await new Promise((resume) => setTimeout(resume, DRAIN_STEP_MS))
    }
  }

  /** Once a second: every deadline of every connection. One timer for all of them costs less than one each. */
  #sweepConnections(): void {
    const core = this.#core
    const now = readClock()
    // Held up itself, the server blames nobody for its silence before it has read what came meanwhile.
    const isLate = !this.#wasLate && now - core.now > 2 * SWEEP_MS
    this.#wasLate = isLate
    core.now = now
    const tidies = ++this.#sweeps % SWEEPS_PER_TIDY === 0
    for (const connection of this.#connections) {
      if (!isLate) checkDeadlines(connection, now)
      if (tidies) connection.forgetStaleAudiences()
    }
    if (this.#turnedAway > 0) {
      const fields = { reason: 'too_many_connections', connections: this.#turnedAway }
      core.log.warn(fields, 'connections refused: there are as many as may be')
      this.#turnedAway = 0
    }
    settleAbsent(core, now)
    core.takeovers.forgetOld(now)
    core.counters.retainedExpired += core.retained.expire()
    core.systemTopics.tick(core)
  }
}

function sayFarewell(connection: Connection, { serverReference }: Farewell): void {
  if (serverReference === undefined) {
    connection.close(reasonCodes.SERVER_SHUTTING_DOWN, 'the server is shutting down')
  } else {
    connection.close(reasonCodes.USE_ANOTHER_SERVER, 'the server is shutting down', serverReference)
  }
}

function createRetained(limits: BrokerLimits): RetainedMessages {
  return new MemoryRetainedMessages({
    messagesMax: limits.retainedMessagesMax,
    bytesMax: limits.retainedBytesMax,
    perOwnerMax: limits.retainedPerIdentityMax,
  })
}

const silent: BrokerLog = { info: () => {}, warn: () => {} }
