import type { PeerCertificate } from '../ports/access-policy.ts'

/** The bytes of one connection, whatever carries them. Implementations: `transports/`. */
export interface Transport {
  readonly remoteAddress: string
  readonly certificate: PeerCertificate | undefined
  readonly kind: 'tcp' | 'tls' | 'websocket'
  /** Bytes of MQTT that came so far. */
  readonly bytesRead: number
  /** Called once, at once after construction; events come only afterwards. */
  start(events: TransportEvents): void
  /**
   * Takes all the bytes, as one system call where it can. Their content must not change afterwards. True: the kernel
   * has them. False: they wait, and `drained` is called when it has; until then nothing more may be written.
   */
  write(chunks: readonly Uint8Array[]): boolean
  pause(): void
  resume(): void
  /** Has the network find out whether the peer is still there whenever it was silent for so long, where it can do that. */
  probeAfter?(silentSeconds: number): void
  /** Closes after what was written has gone out. */
  end(): void
  /** Closes now. Idempotent. */
  destroy(): void
}

export interface TransportEvents {
  /** The bytes are good until the end of this turn of the event loop: whoever keeps any of them longer copies them. */
  received(bytes: Buffer): void
  drained(): void
  /** The peer will send no more, but may still read: whoever is told ends the transport. Maybe while it is paused. */
  ended(): void
  /** Once, the last event. */
  closed(cause: Error | undefined): void
}
