import type { Socket } from 'node:net'
import { type ReasonCode, reasonCodes } from '@pillion/packet'
import type { WebSocket } from 'ws'
import { Connection } from './connection.ts'
import type { BrokerLog, Core } from './core.ts'
import { Counters } from './counters.ts'
import { deliverMessage } from './deliver.ts'
import { type BrokerLimits, defaultLimits } from './limits.ts'
import { MemoryRelay } from './memory/relay.ts'
import { MemoryRetainedMessages } from './memory/retained-messages.ts'
import type { AccessPolicy } from './ports/access-policy.ts'
import type { Relay } from './ports/relay.ts'
import type { RetainedMessages } from './ports/retained-messages.ts'
import { gatherAudience } from './route.ts'
import { Sessions } from './sessions.ts'
import { type InProcessReceiver, type Subscription, Subscriptions } from './subscriptions.ts'
import type { Transport } from './transport.ts'
import { SocketTransport } from './transports/socket-transport.ts'
import { type WebSocketOrigin, WebSocketTransport } from './transports/web-socket-transport.ts'
import { Writer } from './writer.ts'

/** The one way in for the server's own messages; push and fleet know the broker as no more than this. */
export interface Publisher {
  /** Sends a payload on a canonical topic. Returns to how many connections of this node it was handed. */
  publish(topic: string, payload: Uint8Array): number
}

export interface BrokerOptions {
  readonly policy: AccessPolicy
  readonly relay?: Relay
  readonly retained?: RetainedMessages
  readonly limits?: Partial<BrokerLimits>
  readonly log?: BrokerLog
}

/** A minute. */
const SWEEPS_PER_TIDY = 60

/** The MQTT core: connections in, messages routed at QoS 0. It opens no sockets; listeners attach them. */
export class Broker implements Publisher {
  readonly #core: Core
  readonly #connections = new Set<Connection>()
  #sweep: NodeJS.Timeout | undefined
  #sweeps = 0

  constructor(options: BrokerOptions) {
    const limits = { ...defaultLimits, ...options.limits }
    const core: Core = {
      policy: options.policy,
      relay: options.relay ?? new MemoryRelay(),
      retained: options.retained ?? new MemoryRetainedMessages(),
      subscriptions: new Subscriptions(),
      sessions: new Sessions(limits),
      counters: new Counters(),
      limits,
      writer: new Writer(() => core.now),
      log: options.log ?? silent,
      now: Date.now(),
    }
    this.#core = core
  }

  async open(): Promise<void> {
    const { relay, sessions } = this.#core
    await relay.open({
      deliver: (topic, payload) => void this.#deliver(topic, payload),
      evict: (clientKey) =>
        sessions.find(clientKey)?.close(reasonCodes.SESSION_TAKEN_OVER, 'another connection took over'),
    })
    this.#sweep = setInterval(() => this.#sweepConnections(), 1_000)
    this.#sweep.unref()
  }

  /** Serves a TCP or TLS socket from here on. `listener` is its listener's name, for the access policy and the log. */
  attachSocket(socket: Socket, listener: string): void {
    this.#attach(new SocketTransport(socket), listener)
  }

  /** Serves a WebSocket that is open. */
  attachWebSocket(socket: WebSocket, options: WebSocketOrigin & { readonly listener: string }): void {
    this.#attach(new WebSocketTransport(socket, options), options.listener)
  }

  #attach(transport: Transport, listener: string): void {
    const core = this.#core
    const connection = new Connection(core, transport, listener, (closed) => {
      this.#connections.delete(closed)
      core.counters.connectionsClosed++
    })
    this.#connections.add(connection)
    if (this.#connections.size > core.limits.connectionsMax) {
      core.counters.refuse('connect', 'too_many_connections')
      connection.log('warn', { reason: 'too_many_connections' }, 'connection refused')
      transport.destroy()
    }
  }

  publish(topic: string, payload: Uint8Array): number {
    const { relay } = this.#core
    if (relay.wants(topic)) relay.forward(topic, payload)
    return this.#deliver(topic, payload)
  }

  #deliver(topic: string, payload: Uint8Array): number {
    const audience = gatherAudience(topic, this.#core.subscriptions.match(topic), undefined)
    return deliverMessage(topic, audience, { payload, retain: false, properties: undefined })
  }

  /** Hands every message on a canonical filter to `receive`; payloads are only valid during the call. Returns the way to end it. */
  subscribe(filter: string, receive: InProcessReceiver): () => void {
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
    }
    const { subscriptions, relay } = this.#core
    subscriptions.add(subscription)
    relay.addInterest(filter)
    return () => {
      subscriptions.remove(subscription)
      relay.dropInterest(filter)
    }
  }

  /** Closes every connection of an identity; version 5 clients are told the reason. Returns how many. */
  disconnect(identityKey: string, reasonCode: ReasonCode, text: string): number {
    const concerned = [...this.#connections].filter((connection) => connection.identity.key === identityKey)
    for (const connection of concerned) connection.close(reasonCode, text)
    return concerned.length
  }

  /** Counts somebody whom a listener turned away before there was a connection. `reason` in snake_case. */
  countRefusal(reason: string): void {
    this.#core.counters.connectionsRefused++
    this.#core.counters.refuse('connect', reason)
  }

  get connectionCount(): number {
    return this.#connections.size
  }

  /** Plain numbers by name: messages, bytes and connections, `dropped_<reason>`, `refused_<packet>_<reason>`. */
  counters(): Record<string, number> {
    return this.#core.counters.snapshot()
  }

  /** Tells everybody and closes. Idempotent. */
  async close(): Promise<void> {
    clearInterval(this.#sweep)
    for (const connection of this.#connections) {
      connection.close(reasonCodes.SERVER_SHUTTING_DOWN, 'the server is shutting down')
    }
    const deadline = Date.now() + this.#core.limits.closeSeconds * 1_000
    while (this.#connections.size > 0 && Date.now() < deadline)
      await new Promise((resume) => setTimeout(resume, 10))
    for (const connection of this.#connections) connection.transport.destroy()
    await this.#core.relay.close()
  }

  /** Once a second: every deadline of every connection. One timer for all of them costs less than one each. */
  #sweepConnections(): void {
    const core = this.#core
    const now = Date.now()
    core.now = now
    const tidies = ++this.#sweeps % SWEEPS_PER_TIDY === 0
    for (const connection of this.#connections) {
      checkDeadlines(connection, now)
      if (tidies) connection.forgetStaleAudiences()
    }
    core.sessions.expire(now)
  }
}

function checkDeadlines(connection: Connection, now: number): void {
  const { limits } = connection.core
  const silentSeconds = (now - connection.lastActiveAt) / 1_000
  if (connection.state === 'closing') {
    if (silentSeconds > limits.closeSeconds) connection.transport.destroy()
    return
  }
  if (connection.state === 'new') {
    if (silentSeconds > limits.connectSeconds) {
      connection.core.counters.refuse('connect', 'connect_timeout')
      connection.log('info', { reason: 'connect_timeout' }, 'closed: no CONNECT in time')
      connection.transport.destroy()
    }
    return
  }
  const { keepAliveSeconds, outbox } = connection
  // The coarse clock may be a second late, and nobody may be closed early [MQTT-3.1.2-22].
  if (keepAliveSeconds > 0 && silentSeconds > keepAliveSeconds * 1.5 + 1) {
    connection.close(
      reasonCodes.KEEP_ALIVE_TIMEOUT,
      'nothing was heard for one and a half times the keep alive',
    )
  } else if (outbox.blockedSince > 0 && now - outbox.blockedSince > limits.outboxStuckSeconds * 1_000) {
    connection.abort('outbox_stuck', 'closed: the client does not read')
  }
}

const silent: BrokerLog = { info: () => {}, warn: () => {} }
