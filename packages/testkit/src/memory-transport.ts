import type { KeptMessage, Transport, TransportEvents } from '@pillion/host'

export interface MemoryPublish {
  readonly topicName: string
  /** The payload as text. */
  readonly text: string
  /** The broker acknowledges. */
  acknowledge(): void
  /** The broker refuses, or the connection is lost. */
  refuse(): void
}

/** A connection without a network: it is there when the host allows it, and the test is the broker. */
export class MemoryTransport implements Transport {
  /** Oldest first. */
  readonly published: MemoryPublish[] = []
  /** What the host last wished. */
  allowed = true
  stopped = false
  /** false: the broker stays silent until the test acknowledges. */
  acknowledges = true
  #events: TransportEvents | undefined

  start(events: TransportEvents): void {
    this.#events = events
  }

  allow(online: boolean): void {
    this.allowed = online
  }

  publish(topicName: string, payload: Uint8Array): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.published.push({
      topicName,
      text: new TextDecoder().decode(payload),
      acknowledge: resolve,
      refuse: () => reject(new Error('Refused.')),
    })
    if (this.acknowledges) resolve()
    return promise
  }

  stop(): void {
    this.stopped = true
  }

  connect(): void {
    this.#events?.connected()
  }

  disconnect(): void {
    this.#events?.disconnected()
  }

  /** A downlink arrives; a payload that is no string goes as its JSON text. */
  deliver(topicName: string, payload: unknown): void {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
    this.deliverBytes(topicName, new TextEncoder().encode(text))
  }

  deliverBytes(topicName: string, payload: Uint8Array): void {
    this.#events?.message(topicName, payload)
  }

  /** The server hands over what it kept (W 9.3); did the host take it? */
  deliverKept(messages: readonly KeptMessage[]): boolean {
    return this.#events?.kept(messages) ?? false
  }
}
