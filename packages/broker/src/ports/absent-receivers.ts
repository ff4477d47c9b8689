import type { Identity } from './access-policy.ts'

/**
 * Takes care of messages whose receiver is away, where a canonical topic is meant for one identity. The broker itself keeps
 * nothing for anybody.
 *
 * Every message that such a receiver misses is handed over exactly once, in the order of its sender, and counted as
 * `messages_kept`, no longer as `no_receiver`. What the implementation then drops it counts itself (`Broker.countDrop`), so
 * that kept = handed on + dropped by it + still there.
 */
export interface AbsentReceivers {
  /**
   * Key of the identity that the messages of this canonical topic are for; undefined: nobody in particular, and nothing of
   * it is kept. Pure: asked once for each route, and the answer is cached.
   */
  receiverOf(topic: string): string | undefined
  /** Are there messages for this identity, so that other nodes must know that it is here? Pure. */
  isReceiver(identity: Identity): boolean
  /**
   * A message that no connection of that identity gets: none is subscribed to it on this node, and it is not subscribed to anything on another.
   * Others, such as somebody who observes, may have got it. Called in the middle of the broker's work, so it returns at
   * once and does not throw; the payload is only valid during the call.
   */
  keep(topic: string, payload: Uint8Array, options: KeepOptions): void
}

export interface KeepOptions {
  /** Message Expiry Interval (MQTT 5, 3.3.2.3.3): afterwards it must not be delivered any more. */
  readonly expirySeconds: number | undefined
}
