/**
 * The head unit's connection to the broker. It connects and reconnects by itself; the host only
 * learns the state and says when it wants to be offline (Private mode, the developer's tunnel).
 */
export interface Transport {
  /** Called once by the host, before anything else. */
  start(events: TransportEvents): void
  /** false closes the connection and keeps it closed; true lets it connect again. Initially true. */
  allow(online: boolean): void
  /** QoS 1. Resolves when the broker has acknowledged; rejects when there is no connection or it was refused. Never queued, never retried (W 2.8). */
  publish(topicName: string, payload: Uint8Array): Promise<void>
  /** Idempotent. */
  stop(): void
}

export interface TransportEvents {
  connected(): void
  disconnected(): void
  /** One downlink, in order of arrival. */
  message(topicName: string, payload: Uint8Array): void
  /**
   * Downlinks that the server kept while no head unit was connected (W 9.3), in the order in which they came.
   * true: the host has them, and the server may forget them; false: it does not take them now.
   */
  kept(messages: readonly KeptMessage[]): boolean
}

export interface KeptMessage {
  /** The partner that sent it. */
  readonly uid: string
  /** '' if there was none. */
  readonly subtopic: string
  /** JSON text, as it came. */
  readonly payload: string
}
