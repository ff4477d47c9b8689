import { readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import {
  type ConnectionOptions,
  connect,
  credsAuthenticator,
  type NatsConnection,
} from '@nats-io/transport-node'
import type { NatsNodesOptions, RelayTimes } from './options.ts'

export type LinkState = 'connecting' | 'connected' | 'away' | 'closed'

export interface LinkEvents {
  /** Of both subjects; valid during the call only. Must not throw: that would end the client's reader. */
  received(bytes: Uint8Array): void
  stateChanged(state: LinkState): void
}

const MAX_PAYLOAD = 1_048_576
const HINT = 'is it running there, and does it take these certificates and credentials?'

/**
 * This node's connection to NATS, made again for ever.
 *
 * Each attempt is a new connection of the client, without its own reconnecting: that buffers without bound what is
 * published meanwhile, and its pings end in a write that never returns when the link is cut while bytes are waiting.
 */
export class NatsLink {
  readonly #options: NatsNodesOptions
  readonly #times: RelayTimes
  readonly #subjects: readonly string[]
  readonly #events: LinkEvents
  readonly #closing = new AbortController()
  #connection: NatsConnection | undefined
  #running: Promise<void> | undefined
  #state: LinkState = 'connecting'
  #payloadBytesMax = MAX_PAYLOAD
  #roundTripMilliseconds: number | undefined
  /** Since the last connection. */
  #failures = 0
  #failureToldAt = Number.NEGATIVE_INFINITY

  constructor(options: NatsNodesOptions, times: RelayTimes, subjects: readonly string[], events: LinkEvents) {
    this.#options = options
    this.#times = times
    this.#subjects = subjects
    this.#events = events
  }

  get state(): LinkState {
    return this.#state
  }

  /** Bytes of one NATS message, as the server said last. */
  get payloadBytesMax(): number {
    return this.#payloadBytesMax
  }

  /** From the last ping to its pong; undefined while there is none. */
  get roundTripMilliseconds(): number | undefined {
    return this.#roundTripMilliseconds
  }

  start(): void {
    this.#running ??= this.#run()
  }

  /** The bytes may be changed after this turn. Returns false if they cannot be sent now. */
  publish(subject: string, bytes: Uint8Array): boolean {
    if (this.#connection === undefined) return false
    try {
      this.#connection.publish(subject, bytes)
      return true
    } catch {
      // Larger than this server allows, or closed a moment ago: in both cases it did not leave.
      return false
    }
  }

  /** Waits until the server has taken what was published, as long as a pong may take. */
  async flush(): Promise<void> {
    if (this.#connection === undefined) return
    const flushed = this.#connection.flush().catch(ignore)
    await Promise.race([flushed, wait(this.#times.pong, undefined, { ref: false })])
  }

  async close(): Promise<void> {
    if (this.#state === 'closed') return
    this.#closing.abort()
    const connection = this.#connection
    await connection?.close()
    // An attempt to connect that is under way ends by itself, and nobody waits for it.
    if (connection !== undefined) await this.#running
    this.#setState('closed')
  }

  async #run(): Promise<void> {
    let failures = 0
    while (!this.#closing.signal.aborted) {
      const connection = await this.#dial()
      const began = performance.now()
      if (connection !== undefined) await this.#serve(connection)
      if (performance.now() - began > this.#times.backOffMax) failures = 0
      await this.#backOff(failures++)
    }
  }

  async #backOff(failures: number): Promise<void> {
    const { backOff, backOffMax } = this.#times
    const milliseconds = Math.min(backOffMax, backOff * 2 ** failures) * (0.5 + Math.random() / 2)
    await wait(milliseconds, undefined, { signal: this.#closing.signal }).catch(ignore)
  }

  async #dial(): Promise<NatsConnection | undefined> {
    try {
      const connection = await connect(await this.#connectionOptions())
      if (!this.#closing.signal.aborted) return connection
      await connection.close()
    } catch (error) {
      if (this.#closing.signal.aborted) return undefined
      this.#tellFailure(error)
    }
    return undefined
  }

  /** Attempts go on for ever, lines do not: the first failure, and then now and again how many there were. */
  #tellFailure(error: unknown): void {
    this.#failures++
    if (performance.now() - this.#failureToldAt < this.#times.tellAgain) return
    this.#failureToldAt = performance.now()
    const { servers, log } = this.#options
    const fields = { servers, error: String(error), attempts: this.#failures }
    log.warn(fields, `cannot connect to NATS, and goes on trying: ${HINT}`)
  }

  async #connectionOptions(): Promise<ConnectionOptions> {
    const { servers, node, credentialsFile, user, password, token, tls } = this.#options
    const authenticator = credentialsFile && credsAuthenticator(await readFile(credentialsFile))
    const isEncrypted = tls !== undefined || servers.some((server) => server.startsWith('tls://'))
    return {
      servers: [...servers],
      name: `pillion ${node}`,
      noEcho: true,
      reconnect: false,
      ignoreClusterUpdates: true,
      timeout: this.#times.dial,
      ...(isEncrypted && { tls: { ...tls } }),
      ...(authenticator && { authenticator }),
      ...(user !== undefined && { user }),
      ...(password !== undefined && { pass: password }),
      ...(token !== undefined && { token }),
    }
  }

  /** Until the connection ends, for whatever reason. */
  async #serve(connection: NatsConnection): Promise<void> {
    const server = connection.getServer()
    this.#connection = connection
    this.#payloadBytesMax = connection.info?.max_payload ?? MAX_PAYLOAD
    for (const subject of this.#subjects) {
      connection.subscribe(subject, {
        callback: (error, message) => {
          if (error === null && this.#connection === connection) this.#events.received(message.data)
        },
      })
    }
    void this.#logStatus(connection)
    const stopPinging = this.#ping(connection)
    this.#failures = 0
    this.#failureToldAt = Number.NEGATIVE_INFINITY
    this.#options.log.info({ server }, 'connected to NATS')
    this.#setState('connected')
    const error = await connection.closed()
    stopPinging()
    this.#connection = undefined
    this.#roundTripMilliseconds = undefined
    if (this.#closing.signal.aborted) return
    this.#options.log.warn({ server, error: error && String(error) }, 'lost the connection to NATS')
    this.#setState('away')
  }

  /** Returns what ends it. A process that was paused gives the answer time to be read. */
  #ping(connection: NatsConnection): () => void {
    const { ping, pong } = this.#times
    let sentAt: number | undefined
    let tickedAt = performance.now()
    const timer = setInterval(() => {
      const now = performance.now()
      const wasPaused = now - tickedAt > pong
      tickedAt = now
      if (sentAt !== undefined && !wasPaused && now - sentAt >= pong) {
        this.#options.log.warn({ server: connection.getServer() }, 'NATS does not answer')
        void connection.close()
      }
      if (sentAt !== undefined && !wasPaused) return
      sentAt = now
      connection.flush().then(() => {
        this.#roundTripMilliseconds = performance.now() - now
        sentAt = undefined
      }, ignore)
    }, ping)
    return () => clearInterval(timer)
  }

  async #logStatus(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'error') {
        this.#options.log.warn({ error: String(status.error) }, 'NATS reports an error')
      }
      // The server is about to stop: another one is found before it does, and what is on its way is sent again.
      if (status.type === 'ldm') void connection.close()
    }
  }

  #setState(state: LinkState): void {
    this.#state = state
    this.#events.stateChanged(state)
  }
}

function ignore(): void {}
