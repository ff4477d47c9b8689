/**
 * Told of each client that was turned away, once for each decision: a topic name that was refused is not told again for each
 * message to it. Called in the middle of the broker's work: it returns at once and does not throw.
 */
export interface RefusalListener {
  refused(refusal: SeenRefusal): void
}

/** Whatever the client wrote is here as it wrote it, however long. */
export interface SeenRefusal {
  readonly packet: 'connect' | 'subscribe' | 'publish'
  readonly listener: string
  readonly address: string
  readonly clientId: string
  /** Who it is; at CONNECT the user name that it gave; '' if there is none. */
  readonly name: string
  /** Topic name or filter, of SUBSCRIBE and PUBLISH. */
  readonly topic?: string
  /** Stable, in snake_case. */
  readonly reason: string
  /** What the client is told, or would be. */
  readonly text: string
}
