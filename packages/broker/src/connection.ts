import {
  decode,
  encode,
  MqttError,
  type Packet,
  type ProtocolVersion,
  type ReasonCode,
  reasonCodes,
  remainingLength,
  remainingLengthBytes,
  type SubscriptionRequest,
  type Will,
} from '@pillion/packet'
import type { Core } from './core.ts'
import { checkPacketSize, PUBLISH_QOS_0 } from './frame.ts'
import { handlePacket } from './handle/index.ts'
import { leave } from './leave.ts'
import { Outbox } from './outbox.ts'
import { PartialPacket } from './partial-packet.ts'
import type { Identity } from './ports/access-policy.ts'
import { routePublishes } from './publish.ts'
import { emptyAudience, type Route } from './route.ts'
import type { Subscription } from './subscriptions.ts'
import type { Transport, TransportEvents } from './transport.ts'

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
  keepAliveSeconds = 0
  sessionExpirySeconds = 0
  /** The largest packet this client wants to get (MQTT 5). */
  packetBytesMax: number | undefined
  will: Will | undefined
  /** By the filter as the client wrote it. */
  readonly subscriptions = new Map<string, { request: SubscriptionRequest; granted: Subscription }>()
  /** Ids of QoS 2 messages received and not yet released. */
  unreleased: Set<number> | undefined
  /** Coarse; when it was opened, when bytes last came since CONNECT, or when it began to close. */
  lastActiveAt: number
  #routes: Map<string, Route> | undefined
  #partial: PartialPacket | undefined
  #suspended = false
  #logMinuteAt = 0
  #logLines = 0
  /** Bytes that came, or were left over, while suspended. */
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
    this.outbox = new Outbox(transport, core.limits, core.counters, core.writer)
    this.#onClosed = onClosed
    transport.start(this)
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

  /** A route that is not used any more must not hold on to receivers that are gone. */
  forgetStaleAudiences(): void {
    const { epoch } = this.core.subscriptions
    for (const route of this.#routes?.values() ?? []) {
      if (route.subscriptionsEpoch === epoch) continue
      route.subscriptionsEpoch = 0
      route.audience = emptyAudience
    }
  }

  received(bytes: Buffer): void {
    // Nobody reads it any more, and it does not put off the end.
    if (this.state === 'closing') return
    // Not before CONNECT: whoever sends it byte by byte has no more time than others.
    if (this.state === 'connected') this.lastActiveAt = this.core.now
    this.core.counters.bytesReceived += bytes.length
    if (this.#suspended) this.#stash.push(bytes)
    else this.#take(bytes)
  }

  drained(): void {
    this.outbox.drained(this.core.now)
    if (this.state === 'closing') this.#endWhenEmpty()
  }

  closed(cause: Error | undefined): void {
    if (this.state === 'closed') return
    if (cause !== undefined && this.state === 'connected')
      this.log('info', { error: cause.message }, 'connection lost')
    const left = this.state === 'closing'
    this.state = 'closed'
    this.outbox.close()
    this.#stash = []
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

  #resume(): void {
    this.#suspended = false
    while (
      this.#stash.length > 0 &&
      !this.#suspended &&
      (this.state === 'new' || this.state === 'connected')
    ) {
      this.#take(this.#stash.shift() as Buffer)
    }
    if (!this.#suspended) this.transport.resume()
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
          if (at < bytes.length) this.#stash.splice(1, 0, bytes.subarray(at))
          return
        }
        if (at === bytes.length) return
        if (this.#suspended) return void this.#stash.unshift(bytes.subarray(at))
      }
      const rest = at === 0 ? bytes : bytes.subarray(at)
      const taken = this.#consume(rest)
      if (taken === rest.length || this.state === 'closing' || this.state === 'closed') return
      if (this.#suspended) this.#stash.unshift(rest.subarray(taken))
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
      const length = remainingLength(bytes, at, end)
      if (length < 0) break
      const next = at + 1 + remainingLengthBytes(length) + length
      checkPacketSize(next - at, this.core.limits.packetBytesMax)
      if (next > end) break
      const packet = decode(bytes, at, next, this.state === 'new' ? undefined : this.version)
      if (!handlePacket(this, packet)) break
      at = next
    }
    return at
  }

  /** Sends a packet that must not be lost. */
  send(packet: Packet): void {
    if (this.state === 'closed' || this.outbox.addControl(encode(packet, this.version))) return
    this.abort('outbox_full', 'closed: the client sends requests and reads no answers')
  }

  /** Closes at once, without a word to a peer that would not hear it. */
  abort(reason: string, text: string): void {
    this.log('warn', { reason, bytes: this.outbox.bytes }, text)
    if (this.state !== 'closing' && this.state !== 'closed') {
      this.state = 'closing'
      leave(this)
    }
    this.transport.destroy()
  }

  /** Ends the connection because of what the client did, or of an error of ours. */
  fail(cause: unknown): void {
    if (cause instanceof MqttError) {
      if (cause.reasonCode === reasonCodes.UNSUPPORTED_PROTOCOL_VERSION && this.state === 'new') {
        // In the form of 3.1.1, whatever the client speaks [MQTT-3.1.2-2].
        this.send({ type: 'connack', sessionPresent: false, reasonCode: 1 })
      }
      this.close(cause.reasonCode, cause.message)
    } else {
      this.log(
        'warn',
        { error: cause instanceof Error ? cause.stack : String(cause) },
        'closed after an internal error',
      )
      this.close(reasonCodes.UNSPECIFIED_ERROR, 'internal error')
    }
  }

  /** Closes deliberately; a version 5 client is told why in a DISCONNECT. */
  close(reasonCode: ReasonCode, text: string): void {
    if (this.state === 'closing' || this.state === 'closed') return
    this.log('info', { reasonCode, text }, 'connection closed by the server')
    if (this.state === 'connected' && this.version === 5) {
      this.send({ type: 'disconnect', reasonCode, properties: { reasonString: text } })
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
    this.#endWhenEmpty()
  }

  /** What waits behind an unfinished write goes first; the broker's sweep ends it if the peer does not take it. */
  #endWhenEmpty(): void {
    if (this.outbox.bytes === 0) this.transport.end()
  }

  /** Bounded: nobody fills the log by doing the same wrong thing over and over. */
  log(level: 'info' | 'warn', fields: object, text: string): void {
    if (this.core.now - this.#logMinuteAt >= 60_000) {
      this.#logMinuteAt = this.core.now
      this.#logLines = 0
    }
    const linesLeft = this.core.limits.logLinesPerMinuteMax - this.#logLines++
    if (linesLeft < 0) return
    if (linesLeft === 0) text = 'more lines of this connection are left out for a minute'
    const { role, name } = this.identity
    const { remoteAddress } = this.transport
    this.core.log[level](
      { role, name, clientId: this.clientId, listener: this.listener, remoteAddress, ...fields },
      text,
    )
  }
}

const nobody: Identity = { key: '', role: 'none', name: '' }
