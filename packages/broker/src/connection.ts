import {
  decode,
  MqttError,
  type Packet,
  type ProtocolVersion,
  type ReasonCode,
  reasonCodes,
  remainingLength,
  remainingLengthBytes,
  type Will,
} from '@pillion/packet'
import type { Core } from './core.ts'
import type { IdentityUse } from './fairness/identity-uses.ts'
import { handlePacket } from './handle/index.ts'
import { turnAway } from './handle/refuse-connect.ts'
import { Outbox } from './outbox.ts'
import type { Identity } from './ports/access-policy.ts'
import { routePublishes } from './publish.ts'
import { emptyAudience, type Route } from './routing/route.ts'
import type { OutboundAliases } from './routing/topic-aliases.ts'
import { leave } from './sessions/leave.ts'
import type { Subscription } from './subscriptions.ts'
import type { Transport, TransportEvents } from './transports/transport.ts'
import { claimedVersion } from './wire/claimed-version.ts'
import { toDisconnect } from './wire/closing-codes.ts'
import { encodeFor } from './wire/encode-for.ts'
import { checkPacketSize, PUBLISH_QOS_0 } from './wire/frame.ts'
import { PartialPacket } from './wire/partial-packet.ts'

/** Routes that a connection may keep even when all together keep more than they may. */
const ROUTES_MIN = 16
/** Between two looks at what somebody goes on sending to a connection that is being closed. */
const OVERHEAR_MS = 10
/** Of a chunk no larger, the hot path makes short work. */
const BULK_BYTES = 16_384
/** A chunk larger than this, of a WebSocket, is taken in portions. */
const TAKE_BYTES_MAX = 65_536

/** One socket, from its first byte until it closes. */
export class Connection implements TransportEvents {
  readonly core: Core
  readonly transport: Transport
  readonly outbox: Outbox
  readonly listener: string
  /** Known from CONNECT on; 4 before. */
  version: ProtocolVersion = 4
  state: 'new' | 'connected' | 'closing' | 'closed' = 'new'
  /** Set when CONNECT is accepted. */
  identity: Identity = nobody
  clientId = ''
  /** What only one connection may hold; '' until CONNECT is accepted. */
  clientKey = ''
  /**
   * When CONNECT was accepted, in microseconds since 1970, and what it is known by: no other connection of this node has had
   * the same. NaN before.
   */
  number = Number.NaN
  keepAliveSeconds = 0
  /** Does the network look after it by now? */
  isProbed = false
  sessionExpirySeconds = 0
  /** The largest packet this client wants to get (MQTT 5). */
  packetBytesMax: number | undefined
  /** Request Problem Information of MQTT 5. */
  wantsReasons = true
  will: Will | undefined
  /** By the filter as the client wrote it. */
  readonly subscriptions = new Map<string, Subscription>()
  /** Of all these filters together. */
  filterLevels = 0
  /** What all connections of its identity use together; undefined if nobody counts. */
  use: IdentityUse | undefined
  /** Was it accepted, and counted as somebody who is there? */
  isCounted = false
  /** Ids of QoS 2 messages received and not yet released. */
  unreleased: Set<number> | undefined
  /** Coarse; when it was opened, when bytes last came since CONNECT, or when it began to close. */
  lastActiveAt: number
  messagesReceived = 0
  /** Topic aliases in the direction of a version 5 client that takes them. */
  outboundAliases: OutboundAliases | undefined
  #inboundAliases: Map<number, string> | undefined
  #routes: Map<string, Route> | undefined
  /** Of the last message that went by a route that is kept: the next is likely to go the same way. */
  lastRoute: Route | undefined
  #partial: PartialPacket | undefined
  /** Waiting for an answer of the access policy or the like. */
  #suspended = false
  /** Made to wait for its receivers. */
  #held = false
  /** Will the peer send no more? */
  #peerEnded = false
  /** Has the socket closed while there was something left to take? */
  #endsAfterStash = false
  /** Copies of bytes that came, or were left over, while suspended or held. */
  #stash: Buffer[] = []
  readonly #onClosed: (connection: Connection) => void

  constructor(
    core: Core,
    transport: Transport,
    listener: string,
    onClosed: (connection: Connection) => void,
  ) {
    this.core = core
    this.transport = transport
    this.listener = listener
    this.lastActiveAt = core.now
    this.outbox = new Outbox(transport, core)
    this.#onClosed = onClosed
    transport.start(this)
  }

  get remoteAddress(): string {
    return this.transport.remoteAddress
  }

  /** Under which its subscriptions are kept while it is absent. */
  get sessionKey(): string {
    return `${this.identity.key}\0${this.clientId}`
  }

  /** Routes by topic name (its bytes as latin1); most connections never publish. */
  get routes(): Map<string, Route> {
    this.#routes ??= new Map()
    return this.#routes
  }

  keepRoute(key: string, route: Route): void {
    if (this.state === 'closed') return
    const { core } = this
    const { routesPerConnectionMax, routesMax } = core.limits
    const { size } = this.routes
    if (size >= routesPerConnectionMax || (core.routeCount >= routesMax && size >= ROUTES_MIN))
      this.forgetRoutes()
    if (!this.routes.has(key)) core.routeCount++
    this.routes.set(key, route)
  }

  forgetRoutes(): void {
    this.core.routeCount -= this.#routes?.size ?? 0
    this.#routes?.clear()
    this.lastRoute = undefined
  }

  /** Alias → topic name, as the client introduced them. */
  get inboundAliases(): Map<number, string> {
    this.#inboundAliases ??= new Map()
    return this.#inboundAliases
  }

  /** A route that is not used any more must not hold on to receivers that are gone. */
  forgetStaleAudiences(): void {
    const { subscriptions } = this.core
    for (const route of this.#routes?.values() ?? []) {
      if (route.subscriptionsEpoch === subscriptions.epochOf(route.neighbourhood)) continue
      route.subscriptionsEpoch = 0
      route.audience = emptyAudience
    }
  }

  received(bytes: Buffer): void {
    if (this.state === 'closing') return void this.#overhear()
    // Not before CONNECT: whoever sends it byte by byte has no more time than others.
    if (this.state === 'connected') this.lastActiveAt = this.core.now
    this.core.counters.bytesReceived += bytes.length
    if (this.#suspended || this.#held || bytes.length > TAKE_BYTES_MAX) this.#takeLater(bytes)
    else this.#take(bytes)
  }

  /** Nobody listens any more, but that the peer has gone must be heard: now and then it is read, and thrown away. */
  #overhear(): void {
    this.transport.pause()
    setTimeout(() => this.transport.resume(), OVERHEAR_MS).unref()
  }

  /** In portions, so that whoever sends too fast can be held between two of them. */
  #takeLater(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += TAKE_BYTES_MAX)
      this.#stash.push(Buffer.from(bytes.subarray(at, at + TAKE_BYTES_MAX)))
    this.#takeStash()
  }

  drained(): void {
    this.outbox.drained(this.core.now)
    if (this.state === 'closing') this.#endWhenEmpty()
    else {
      this.core.retainedDelivery.drained(this)
      this.#endWhenAnswered()
    }
  }

  ended(): void {
    this.#peerEnded = true
    this.#endWhenAnswered()
  }

  /** A client may send its last packets and close its side at once: it still gets the answers. */
  #endWhenAnswered(): void {
    if (!this.#peerEnded || this.#suspended || this.#held) return
    // At the end of this turn, with what has come for it meanwhile; if that cannot be written now, `drained` comes back here.
    setImmediate(() => {
      if (this.#suspended || this.#held) return
      this.outbox.write(this.core.now)
      if (this.outbox.bytes === 0) this.transport.end()
    })
  }

  closed(cause: Error | undefined): void {
    if (this.state === 'closed') return
    // What came before the end is still taken: a lost connection loses no message that has arrived.
    this.#held = false
    this.#takeStash()
    if (this.#suspended && this.#stash.length > 0 && this.state === 'connected') {
      this.#endsAfterStash = true
      return
    }
    if (cause !== undefined && this.state === 'connected')
      this.log('info', { error: cause.message }, 'connection lost')
    const left = this.state === 'closing'
    this.state = 'closed'
    this.outbox.close()
    this.#stash = []
    this.forgetRoutes()
    this.core.backPressure.forget(this)
    if (!left) leave(this)
    this.#onClosed(this)
  }

  /**
   * Takes no further bytes until the promise is settled, so that packets keep their order. A rejection ends the
   * connection: whoever suspends handles the failures it expects.
   */
  suspend(work: Promise<unknown>): void {
    this.#suspended = true
    this.transport.pause()
    work.then(
      () => this.#resume(),
      (cause: unknown) => this.fail(cause),
    )
  }

  /** Lets others have the rest of this turn of the event loop; goes on in the next one. */
  makeWay(): void {
    this.#suspended = true
    this.transport.pause()
    setImmediate(() => this.#resume())
  }

  #resume(): void {
    this.#suspended = false
    this.#takeStash()
    if (this.#endsAfterStash) this.closed(undefined)
    else this.#readOn()
  }

  /** Reads no further until `release`: its receivers cannot keep up. */
  hold(): void {
    this.#held = true
    this.transport.pause()
  }

  release(): void {
    this.#held = false
    this.#takeStash()
    this.#readOn()
  }

  #readOn(): void {
    if (this.#suspended || this.#held) return
    // It was we who did not listen.
    if (this.state === 'connected') this.lastActiveAt = this.core.now
    this.transport.resume()
    this.#endWhenAnswered()
  }

  #takeStash(): void {
    while (
      this.#stash.length > 0 &&
      !this.#suspended &&
      !this.#held &&
      (this.state === 'new' || this.state === 'connected')
    ) {
      this.#take(this.#stash.shift() as Buffer)
    }
  }

  #take(bytes: Buffer): void {
    try {
      let at = 0
      if (this.#partial !== undefined) {
        at = this.#partial.fill(bytes, 0)
        const { whole } = this.#partial
        if (whole === undefined) return
        this.#partial = undefined
        if (this.#consume(whole) === 0) {
          // Suspended before the packet was taken: it comes first when the connection goes on.
          this.#stash.unshift(whole)
          if (at < bytes.length) this.#stash.splice(1, 0, Buffer.from(bytes.subarray(at)))
          return
        }
        if (at === bytes.length) return
        if (this.#suspended) return void this.#stash.unshift(Buffer.from(bytes.subarray(at)))
      }
      const rest = at === 0 ? bytes : bytes.subarray(at)
      const taken = this.#consume(rest)
      if (taken === rest.length || this.state === 'closing' || this.state === 'closed') return
      if (this.#suspended) this.#stash.unshift(Buffer.from(rest.subarray(taken)))
      else {
        this.#partial = new PartialPacket(this.core.limits.packetBytesMax)
        this.#partial.fill(rest, taken)
      }
    } catch (cause) {
      this.fail(cause)
    }
  }

  /** Handles the whole packets at the beginning of `bytes`; returns how many bytes that were. */
  #consume(bytes: Buffer): number {
    const end = bytes.length
    let at = 0
    while (at < end && !this.#suspended && (this.state === 'connected' || this.state === 'new')) {
      if (bytes[at] === PUBLISH_QOS_0 && this.state === 'connected') {
        const next = routePublishes(this, bytes, at, end)
        if (next > at) {
          at = next
          continue
        }
        if (this.#suspended) break
      }
      if (this.state === 'new') this.version = claimedVersion(bytes, at, end)
      const length = remainingLength(bytes, at, end)
      if (length < 0) break
      const next = at + 1 + remainingLengthBytes(length) + length
      checkPacketSize(next - at, this.core.limits.packetBytesMax)
      if (next > end) break
      const packet = decode(bytes, at, next, this.state === 'new' ? undefined : this.version)
      if (!handlePacket(this, packet)) break
      at = next
      if (this.core.turn.isSpent(this) && !this.#suspended) this.makeWay()
    }
    if (end > BULK_BYTES && !this.#suspended && this.core.turn.isSpent(this)) this.makeWay()
    return at
  }

  /** Sends a packet that must not be lost, unless it is one that the client does not take. */
  send(packet: Packet): void {
    // Nothing follows a DISCONNECT [MQTT-3.14.4-1].
    if (this.state === 'closing' || this.state === 'closed') return
    const bytes = encodeFor(this, packet)
    if (bytes === undefined) {
      this.log('info', { packet: packet.type }, 'a packet was left out: it is larger than the client takes')
    } else if (!this.outbox.addControl(bytes)) {
      this.abort('outbox_full', 'closed: the client sends requests and reads no answers')
    }
  }

  /** Closes a connection that does not read: what waits is dropped, so that it gets the reason if it reads again in time. */
  abort(reason: string, text: string): void {
    if (this.state === 'closing' || this.state === 'closed') return
    this.log('warn', { reason, bytes: this.outbox.bytes }, text)
    this.outbox.clear()
    this.#disconnect(reasonCodes.QUOTA_EXCEEDED, text)
  }

  /** Ends the connection because of what the client did, or of an error of ours. */
  fail(cause: unknown): void {
    if (cause instanceof MqttError) {
      this.close(cause.reasonCode, cause.message)
      return
    }
    const error = cause instanceof Error ? cause.stack : String(cause)
    this.log('warn', { error }, 'closed after an internal error')
    this.close(reasonCodes.UNSPECIFIED_ERROR, 'internal error')
  }

  /** Closes deliberately; a version 5 client is told why in a DISCONNECT, or in a CONNACK if it is not yet connected. */
  close(reasonCode: ReasonCode, text: string, serverReference?: string): void {
    if (this.state === 'new') turnAway(this, reasonCode, text)
    if (this.state !== 'connected') return
    this.log('info', { reasonCode, text }, 'connection closed by the server')
    this.#disconnect(reasonCode, text, serverReference)
  }

  #disconnect(code: ReasonCode, reasonString: string, serverReference?: string): void {
    const reasonCode = toDisconnect(code)
    const properties = serverReference === undefined ? { reasonString } : { reasonString, serverReference }
    const bytes = this.version === 5 && encodeFor(this, { type: 'disconnect', reasonCode, properties })
    if (bytes && !this.outbox.addControl(bytes)) {
      this.outbox.clear()
      this.outbox.addControl(bytes)
    }
    this.endTransport()
  }

  /** Lets what is in the outbox go out, then closes. */
  endTransport(): void {
    if (this.state === 'closing' || this.state === 'closed') return
    this.state = 'closing'
    this.lastActiveAt = this.core.now
    leave(this)
    this.outbox.write(this.core.now)
    // What comes now is thrown away, but that the peer has gone must be heard.
    if (this.#suspended || this.#held) this.transport.resume()
    this.#endWhenEmpty()
    // The socket is gone already, and nobody will say so again.
    if (this.#endsAfterStash) this.closed(undefined)
  }

  /** What waits behind an unfinished write goes first; the broker's sweep ends it if the peer does not take it. */
  #endWhenEmpty(): void {
    if (this.outbox.bytes === 0) this.transport.end()
  }

  /** Bounded: nobody fills the log by doing the same wrong thing over and over, not even by coming again each time. */
  log(level: 'info' | 'warn', fields: object, text: string): void {
    const { core, clientId, listener, state } = this
    const { remoteAddress } = this.transport
    const { role, name } = this.identity
    const linesLeft = core.lines.take(state === 'new' ? remoteAddress : this.clientKey, core.now)
    if (linesLeft < 0) return
    if (linesLeft === 0) text = 'more lines of this client or address are left out for a minute'
    core.log[level]({ role, name, clientId, listener, remoteAddress, ...fields }, text)
  }
}

const nobody: Identity = { key: '', role: 'none', name: '' }
