import type { Properties } from '@pillion/packet'
import type { Congestible } from '../fairness/congestible.ts'
import type { RetainedBy } from './retained-messages.ts'

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
  /**
   * Of all nodes that hold interest in this topic, this one counted in, how many there are, and which one this is in an order
   * that is the same on all of them. Valid as long as `interestEpoch` stays the same.
   */
  placeAmong(topic: string): { readonly index: number; readonly count: number }
  /** Grows whenever an earlier answer of `wants` or `placeAmong` may no longer hold. */
  readonly interestEpoch: number
  /**
   * To every node that holds interest; one with `keepFor` to every node there is. All bytes may be reused as soon as the
   * call returns. Most messages have no extras.
   */
  forward(topic: string, payload: Uint8Array, extras?: RelayExtras): void
  /** A node that takes messages more slowly than they are forwarded: whoever sends more to it should be slowed down. */
  readonly congested: Congestible | undefined
  /** Interest in a canonical filter, counted: as many `dropInterest` as `addInterest` end it. */
  addInterest(filter: string): void
  dropInterest(filter: string): void
  /**
   * This node now holds the client; whichever other node held it is told through `RelayNode.evict`. Of two
   * nodes that claim at the same instant exactly one stays. Resolves when the claim is settled; rejects if it cannot be,
   * then nothing was claimed. A claim outlives the connection for as long as a session is kept.
   */
  claim(clientKey: string): Promise<void>
  /** Does nothing unless this node holds the client, so that who has lost it may release it. */
  release(clientKey: string): void
  /** Idempotent. Afterwards nothing is delivered any more. */
  close(): Promise<void>
}

/** What a relay calls on the broker it serves. */
export interface RelayNode {
  /** A message another node sent, and its extras as they were forwarded; all bytes are only valid during the call. */
  deliver(topic: string, payload: Uint8Array, extras?: RelayExtras): void
  /** Another node has taken this client over; perhaps before `claim` has resolved here. */
  evict(clientKey: string): void
  /**
   * Messages that were forwarded, here or elsewhere, and will not arrive: each is told once, by the side that knows.
   * `reason` in snake_case, such as `relay_full`.
   */
  dropped(reason: string, messages: number): void
  /**
   * Told of single messages that another node never acknowledged before it went for good, which `dropped` counts as
   * `relay_lost`; undefined: nobody wants to know. Of many, some may be left out.
   */
  readonly lost?: LostListener | undefined
}

/**
 * `node` is the one that has gone; `age`: so many milliseconds ago the message was sent to it, give or take a turn of the event
 * loop. The bytes are only valid during the call. Does not throw.
 */
export type LostListener = (topic: string, payload: Uint8Array, node: string, age: number) => void

/** What a message has beside its topic and payload. An MQTT 5 PUBLISH packet has room for all of it but `keepFor`. */
export interface RelayExtras {
  /** The RETAIN flag as it was published, for Retain As Published. */
  readonly retain: boolean
  /** Present if every node is to keep it as its topic's retained message, or to delete that one if the payload is empty. */
  readonly keepFor: RetainedBy | undefined
  /** The sender's node has kept it for a receiver that is away, so no other must. Absent: no. */
  readonly isKept?: boolean | undefined
  /** Those that travel with the message; of a message expiry, what is left of it. */
  readonly properties: Properties | undefined
}
