import { PORTAL_ROOT, type SignalChange, vehicleMailboxTopic, vehicleNoticeTopic } from '@pillion/schema'
import { BackOff, waitMillisecondsMax } from './back-off.ts'
import { MailboxReader } from './mailbox-reader.ts'
import {
  type ConnectionEnd,
  type MqttConnection,
  type MqttConnectionOptions,
  openMqttConnection,
} from './mqtt-connection.ts'
import type { Clock } from './ports/clock.ts'
import type { Transport, TransportEvents } from './ports/transport.ts'
import { readNotice } from './read-notice.ts'
import { systemClock } from './system-clock.ts'

export interface MqttTransportOptions {
  /** `ws(s)://host/mqtt` in a browser; in Node `mqtt(s)://host` as well. */
  readonly url: string
  readonly vin: string
  readonly password: string
  /** Topic root (W 2.3); by default the printed one. */
  readonly root?: string
  /** By default random: a broker tells head units apart by VIN, not by client id. */
  readonly clientId?: string
  /** By default 30. */
  readonly keepAliveSeconds?: number
  /** PEM of the authority that vouches for the broker; Node only. */
  readonly caPem?: string
  /** The vehicle's apps changed; ask the server for them again. */
  readonly onNotice?: () => void
  /** The operator has set signals of the vehicle; told only beside `onNotice`. */
  readonly onSignals?: (change: SignalChange) => void
  /** The server wants to hear what becomes of messages, or does not any more; told only beside `onNotice`. */
  readonly onReports?: (isWanted: boolean) => void
  readonly onStatus?: (status: TransportStatus) => void
  readonly clock?: Clock
  /** 0 ≤ x < 1 */
  readonly random?: () => number
}

/** How the connection stands, in more detail than the host needs: for the screen. */
export interface TransportStatus {
  /**
   * `waiting`: it failed and will be tried again at `retryAt`. `refused`: the same, but the sign-in was refused.
   * `taken_over`: another head unit has this VIN; nothing happens until `connectNow`. `offline`: by the host's wish.
   */
  readonly state: 'connecting' | 'connected' | 'waiting' | 'refused' | 'taken_over' | 'offline'
  /** One sentence for a person. */
  readonly text: string
  /** The broker's reason code (MQTT 5, 2.4), if it gave one. */
  readonly reasonCode?: number
  /** On the clock, in milliseconds. */
  readonly retryAt?: number
}

/** The head unit's connection over MQTT 5: one subscription form, so every downlink comes once (W 2.5). */
export class MqttTransport implements Transport {
  readonly #options: MqttTransportOptions
  readonly #clock: Clock
  readonly #backOff: BackOff
  readonly #noticeTopic: string
  readonly #mailboxTopic: string
  readonly #mailbox = new MailboxReader()
  #events: TransportEvents | undefined
  #connection: MqttConnection | undefined
  #openedAt: number | undefined
  #allowed = true
  #takenOver: TransportStatus | undefined
  #cancelRetry = () => {}
  #status: TransportStatus = { state: 'offline', text: 'Not started.' }

  constructor(options: MqttTransportOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#backOff = new BackOff(options.random ?? Math.random)
    this.#noticeTopic = vehicleNoticeTopic(options.vin)
    this.#mailboxTopic = vehicleMailboxTopic(options.vin)
  }

  get status(): TransportStatus {
    return this.#status
  }

  start(events: TransportEvents): void {
    this.#events = events
    this.#connect()
  }

  allow(online: boolean): void {
    this.#allowed = online
    if (online) this.#connect()
    else this.#close('The head unit stays offline.')
  }

  /** Ends a wait. After `taken_over` it takes the vehicle back: then the other head unit is told the same. */
  connectNow(): void {
    this.#takenOver = undefined
    this.#connect()
  }

  publish(topicName: string, payload: Uint8Array): Promise<void> {
    if (this.#connection && this.#openedAt !== undefined) return this.#connection.publish(topicName, payload)
    return Promise.reject(new Error('There is no connection to the broker.'))
  }

  stop(): void {
    this.#close('Stopped.')
    this.#events = undefined
  }

  #connect(): void {
    this.#cancelRetry()
    if (!this.#events || !this.#allowed || this.#connection) return
    if (this.#takenOver) {
      this.#setStatus(this.#takenOver)
      return
    }
    this.#setStatus({ state: 'connecting', text: `Connecting to ${this.#options.url}.` })
    this.#connection = openMqttConnection(this.#connectionOptions(), this.#clock, {
      opened: () => this.#opened(),
      message: (topicName, payload) => this.#take(topicName, payload),
      ended: (end) => this.#ended(end),
      failed: (error) => this.#failed(error),
    })
  }

  #connectionOptions(): MqttConnectionOptions {
    const { url, clientId, vin, password, root, keepAliveSeconds, caPem, onNotice } = this.#options
    const downlinks = `${root ?? PORTAL_ROOT}/to/uid/+/opa/${vin}/#`
    return {
      url,
      clientId: clientId ?? randomClientId(),
      username: vin,
      password,
      keepAliveSeconds: keepAliveSeconds ?? 30,
      caPem,
      // In one request: the server reads the mailbox before it grants any of them, so what it kept comes first.
      topicFilters: [downlinks, this.#mailboxTopic, ...(onNotice ? [this.#noticeTopic] : [])],
    }
  }

  #opened(): void {
    this.#openedAt = this.#clock.now()
    this.#setStatus({ state: 'connected', text: `Connected to ${this.#options.url}.` })
    this.#events?.connected()
  }

  #take(topicName: string, payload: Uint8Array): void {
    if (topicName === this.#noticeTopic) this.#takeNotice(payload)
    else if (topicName === this.#mailboxTopic) this.#takeKept(payload)
    else this.#events?.message(topicName, payload)
  }

  #takeNotice(payload: Uint8Array): void {
    const { onNotice, onSignals, onReports } = this.#options
    if (payload.length === 0) {
      onNotice?.()
      return
    }
    const { signals, reports } = readNotice(payload)
    if (signals !== undefined) onSignals?.(signals)
    if (reports !== undefined) onReports?.(reports)
  }

  #takeKept(payload: Uint8Array): void {
    const receipt = this.#mailbox.read(
      payload,
      (message) => this.#events?.kept([message]) ?? false,
      (error) => this.#failed(error),
    )
    // Lost, they come again.
    if (receipt !== undefined) this.#connection?.publish(this.#mailboxTopic, receipt).catch(() => {})
  }

  /** A defect of ours; the connection goes on. */
  #failed(error: unknown): void {
    this.#setStatus({ ...this.#status, text: `An event of the connection could not be handled: ${error}.` })
  }

  #ended(end: ConnectionEnd): void {
    this.#connection = undefined
    const { text, reasonCode } = end
    const reason = reasonCode === undefined ? { text } : { text, reasonCode }
    if (end.kind === 'taken_over') {
      this.#takenOver = { state: 'taken_over', ...reason }
      this.#setStatus(this.#takenOver)
    } else {
      const wait = this.#waitAfter(end)
      this.#cancelRetry = this.#clock.after(wait, () => this.#connect())
      const state = end.kind === 'refused' ? 'refused' : 'waiting'
      this.#setStatus({ state, ...reason, retryAt: this.#clock.now() + wait })
    }
    this.#tellDisconnected()
  }

  /** A connection that held counts as success; one that the broker ends as soon as it is open does not. */
  #waitAfter(end: ConnectionEnd): number {
    const held = this.#openedAt === undefined ? 0 : this.#clock.now() - this.#openedAt
    if (held >= waitMillisecondsMax) this.#backOff.reset()
    return end.kind === 'refused' ? this.#backOff.longest() : this.#backOff.next()
  }

  #close(text: string): void {
    this.#cancelRetry()
    this.#connection?.close()
    this.#connection = undefined
    this.#setStatus({ state: 'offline', text })
    this.#tellDisconnected()
  }

  #tellDisconnected(): void {
    const wasOpen = this.#openedAt !== undefined
    this.#openedAt = undefined
    if (wasOpen) this.#events?.disconnected()
  }

  #setStatus(status: TransportStatus): void {
    this.#status = status
    this.#options.onStatus?.(status)
  }
}

/** Not `crypto.randomUUID`: pages that came over plain HTTP have none. */
function randomClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12))
  return `head-unit-${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
}
