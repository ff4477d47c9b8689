/**
 * Carries messages between the nodes of one deployment, and settles which node holds a client id.
 *
 * A broker delivers to its own connections itself; the relay only reaches the others. Guarantees asked of
 * an implementation: messages of one sender to one topic arrive in order; a message is never handed back to
 * the node that sent it; at most once (QoS 0). `forward` does not wait and never throws: what cannot be sent is
 * dropped and counted by the implementation.
 */
export interface Relay {
  /** Called once, before anything else. `node` stays valid until `close`. */
  open(node: RelayNode): Promise<void>
  /** Does another node hold interest in this canonical topic? Valid as long as `interestEpoch` stays the same. */
  wants(topic: string): boolean
  /** Grows whenever an earlier answer of `wants` may no longer hold. */
  readonly interestEpoch: number
  /** The bytes may be reused as soon as the call returns. */
  forward(topic: string, payload: Uint8Array): void
  /** Interest in a canonical filter, counted: as many `dropInterest` as `addInterest` end it. */
  addInterest(filter: string): void
  dropInterest(filter: string): void
  /**
   * This node now holds the client; whichever other node held it is told through `RelayNode.evict`. Of two
   * nodes that claim at the same instant exactly one stays. Resolves when the claim is settled.
   */
  claim(clientKey: string): Promise<void>
  release(clientKey: string): void
  /** Idempotent. Afterwards nothing is delivered any more. */
  close(): Promise<void>
}

/** What a relay calls on the broker it serves. */
export interface RelayNode {
  /** A message another node sent; the payload is only valid during the call. */
  deliver(topic: string, payload: Uint8Array): void
  /** Another node has taken this client over. */
  evict(clientKey: string): void
}
