import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { IClientOptions } from 'mqtt'
import { backOffSeconds } from './back-off.ts'
import { explainFailure, isVersionRefusal } from './explain-failure.ts'
import { limits } from './limits.ts'
import type { Link, OutgoingMessage } from './link.ts'
import { mqttNetwork } from './network.ts'
import { type Address, checkOptions, type PartnerOptions, parseAddress } from './options.ts'
import { Outbox } from './outbox.ts'
import { PartnerError } from './partner-error.ts'
import { readTlsFiles } from './tls-files.ts'

export type ConnectionState = 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'closed'

export interface ConnectionChange {
  readonly state: ConnectionState
  /** Why the connection was lost or could not be made. */
  readonly error?: PartnerError
  /** With `reconnecting` and `connecting`: when the next try begins. */
  readonly retryInSeconds?: number
}

export interface ConnectionEvents {
  message(topic: string, payload: string): void
  state(change: ConnectionChange): void
  /** Something went wrong after the call that began it had ended well: the sign-in or a subscription is refused now. */
  failure(error: PartnerError): void
}

interface Subscription {
  readonly granted: PromiseWithResolvers<void>
  settled: boolean
}

/** A lasting connection made of links: connects, waits, connects again, renews subscriptions, until `close`. */
export class Connection {
  readonly #options: PartnerOptions
  readonly #address: Address
  readonly #events: ConnectionEvents
  readonly #outbox = new Outbox()
  readonly #subscriptions = new Map<string, Subscription>()
  readonly #stop = new AbortController()
  #state: ConnectionState = 'idle'
  #link: Link | undefined
  #first: Promise<void> | undefined
  #closing: Promise<void> | undefined
  #protocolVersion: 4 | 5 = 5
  readonly #clientId = `partner-${randomUUID().slice(0, 13)}`

  constructor(options: PartnerOptions, events: ConnectionEvents) {
    checkOptions(options)
    this.#options = options
    this.#address = parseAddress(options.uri)
    this.#events = events
  }

  get state(): ConnectionState {
    return this.#state
  }

  /** Resolves when the first connection stands; rejects once, when it cannot come about. Calling again is harmless. */
  connect(): Promise<void> {
    if (this.#state === 'closed') return Promise.reject(new PartnerError('CLOSED'))
    this.#first ??= this.#start()
    return this.#first
  }

  /** Resolves when the message is written (QoS 0) or acknowledged by the server. */
  publish(message: OutgoingMessage): Promise<void> {
    if (this.#state === 'closed') return Promise.reject(new PartnerError('CLOSED'))
    const bytes = Buffer.byteLength(message.payload)
    if (bytes > limits.payloadBytesMax) {
      const detail = `the payload has ${bytes} bytes, ${limits.payloadBytesMax} are allowed; nothing was sent`
      return Promise.reject(new PartnerError('MESSAGE_TOO_LARGE', detail))
    }
    if (this.#state === 'idle')
      return Promise.reject(new PartnerError('NOT_CONNECTED', 'call connect() before sending'))
    return this.#outbox.send(message)
  }

  /** Resolves when the server granted it, which may be after the next connection. Renewed with each connection. */
  subscribe(filter: string): Promise<void> {
    if (this.#state === 'closed') return Promise.reject(new PartnerError('CLOSED'))
    const known = this.#subscriptions.get(filter)
    if (known !== undefined) return known.granted.promise
    const subscription = { granted: Promise.withResolvers<void>(), settled: false }
    this.#subscriptions.set(filter, subscription)
    if (this.#link !== undefined) this.#request(this.#link, filter, subscription)
    return subscription.granted.promise
  }

  /** Lets sends under way finish for a few seconds, says good-bye, and fails the rest with CLOSED. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  #start(): Promise<void> {
    const first = Promise.withResolvers<void>()
    let connected = false
    this.#outbox.hold({ messagesMax: limits.messagesBeforeConnectMax, secondsMax: Number.POSITIVE_INFINITY })
    const onConnected = () => {
      connected = true
      this.#outbox.hold(this.#options.retrySends)
      first.resolve()
    }
    this.#keepConnected(onConnected).catch((error: PartnerError) => {
      this.#first = undefined
      this.#outbox.fail(error)
      this.#failSubscriptions(error)
      if (!connected) first.reject(error)
      if (error.code === 'CLOSED') return
      this.#enter({ state: connected ? 'closed' : 'idle', error })
      if (connected) this.#events.failure(error)
    })
    return first.promise
  }

  /** Runs until it throws: CLOSED, or why there is no point in going on. */
  async #keepConnected(onConnected: () => void): Promise<never> {
    const giveUpAt = performance.now() + (this.#options.connectSeconds ?? limits.connectSeconds) * 1000
    let first = true
    let attempt = 0
    this.#enter({ state: 'connecting' })
    for (;;) {
      const begun = performance.now()
      const outcome = await this.#tryLink()
      if (!(outcome instanceof PartnerError)) {
        first = false
        onConnected()
      }
      const lost = outcome instanceof PartnerError ? outcome : await this.#use(outcome)
      if (this.#stop.signal.aborted) throw new PartnerError('CLOSED')
      if (this.#fallsBack(lost)) continue
      if (!mayPass(lost, first)) throw lost
      if (lost !== outcome && performance.now() - begun > limits.steadySeconds * 1000) attempt = 0
      const retryInSeconds = backOffSeconds(attempt++)
      if (first && performance.now() + retryInSeconds * 1000 > giveUpAt) throw lost
      this.#enter({ state: first ? 'connecting' : 'reconnecting', retryInSeconds, error: lost })
      await sleep(retryInSeconds * 1000, undefined, { signal: this.#stop.signal }).catch(() => undefined)
      if (this.#stop.signal.aborted) throw new PartnerError('CLOSED')
    }
  }

  async #tryLink(): Promise<Link | PartnerError> {
    const receive = (topic: string, payload: string) => this.#events.message(topic, payload)
    try {
      const { network = mqttNetwork } = this.#options
      return await network.openLink(this.#linkOptions(), receive, this.#stop.signal)
    } catch (error) {
      return explainFailure(error as Error, this.#address, this.#options)
    }
  }

  /** Uses a link until it ends; returns why it did. */
  async #use(link: Link): Promise<PartnerError> {
    this.#link = link
    this.#enter({ state: 'connected' })
    for (const [filter, subscription] of this.#subscriptions) this.#request(link, filter, subscription)
    this.#outbox.attach(link)
    const cause = await link.closed
    this.#link = undefined
    this.#outbox.detach()
    return new PartnerError('NOT_CONNECTED', cause.message, { cause })
  }

  #fallsBack(error: PartnerError): boolean {
    if (!this.#options.allowMqtt311 || this.#protocolVersion === 4 || !isVersionRefusal(error)) return false
    this.#protocolVersion = 4
    return true
  }

  #request(link: Link, filter: string, subscription: Subscription): void {
    link.subscribe(filter, (error) => {
      if (error?.code === 'NOT_CONNECTED') return // renewed with the next link
      const { settled } = subscription
      subscription.settled = true
      if (error === undefined) return subscription.granted.resolve()
      this.#subscriptions.delete(filter)
      if (settled) this.#events.failure(error)
      else subscription.granted.reject(error)
    })
  }

  /** Those still waiting for their first answer; the granted ones stay, for another connect(). */
  #failSubscriptions(error: PartnerError): void {
    for (const [filter, subscription] of this.#subscriptions) {
      if (subscription.settled) continue
      this.#subscriptions.delete(filter)
      subscription.granted.reject(error)
    }
  }

  async #close(): Promise<void> {
    if (this.#state !== 'idle' && this.#state !== 'closed') await this.#outbox.drain(limits.closeSeconds)
    this.#enter({ state: 'closed' })
    await this.#link?.close()
    this.#stop.abort()
    const error = new PartnerError('CLOSED')
    this.#outbox.fail(error)
    this.#failSubscriptions(error)
  }

  #enter(change: ConnectionChange): void {
    if (this.#state === 'closed') return
    this.#state = change.state
    this.#events.state(change)
  }

  #linkOptions(): IClientOptions {
    const { protocol, host, port, path } = this.#address
    const secure = protocol === 'mqtts' || protocol === 'wss'
    return {
      protocol,
      host,
      port,
      ...(protocol.startsWith('ws') && { path }),
      ...(secure && readTlsFiles(this.#options)),
      username: this.#options.username,
      password: this.#options.password,
      clientId: this.#clientId,
      protocolVersion: this.#protocolVersion,
      keepalive: limits.keepAliveSeconds,
      connectTimeout: limits.attemptSeconds * 1000,
    }
  }
}

/**
 * Is it worth trying again? A refused sign-in never is. A bad certificate is not while the back end is being set up; later
 * the server's or our own file may just be changing.
 */
function mayPass(error: PartnerError, first: boolean): boolean {
  return error.code === 'NOT_CONNECTED' || (!first && error.code !== 'SIGN_IN_REFUSED')
}
