import type { Identity } from './access-policy.ts'

/**
 * Is told who is there, on this node. Both are called in the middle of the broker's work: they must not throw, and return at
 * once. A connection that takes over from another may be told as gone and there again, in this order.
 */
export interface Presence {
  /** Its first connection was accepted. */
  connected(identity: Identity): void
  /** Its last connection has ended. */
  disconnected(identity: Identity): void
}
