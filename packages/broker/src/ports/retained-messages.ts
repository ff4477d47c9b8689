import type { Properties } from '@pillion/packet'

/**
 * Keeps the last message of each topic that was published with the retain flag [MQTT-3.3.1-5]. What an implementer
 * cannot guess:
 *
 * - Every call answers at once, from memory. A retained message must not reach a subscriber behind a newer message of
 *   its topic, and live messages do not wait. What keeps them elsewhere too writes behind, and has read everything before
 *   the broker opens.
 * - One per node. What another node is told to keep comes by the relay and is kept here with `keep` as well.
 * - `find` and `match` give the very object that `keep` was given; the broker knows messages by identity.
 * - Bounded, in all and per owner, by whatever the implementation is given. The number of messages alone does not bound
 *   memory: names, properties and whatever it takes to find them again count as bytes.
 */
export interface RetainedMessages {
  /** How many there are; one whose time is over counts until it is forgotten. */
  readonly count: number
  /**
   * Keeps the message in place of its topic's earlier one. An empty payload deletes that one [MQTT-3.3.1-6] and is not
   * kept itself [MQTT-3.3.1-7]. False: there is no room, and nothing is kept of the topic, as the earlier one is out of date
   * [3.1.1:MQTT-3.3.1-7]. For what is no larger there is room. The message is the implementation's from here on;
   * nobody changes its bytes.
   */
  keep(topic: string, message: RetainedMessage): boolean
  /** What is kept of one canonical topic, unless its time is over. */
  find(topic: string): RetainedMessage | undefined
  /**
   * Whatever is kept on topics that match the canonical filter, in no particular order, without looking at topics that
   * cannot match. Read slowly, with calls of `keep` in between: each message is the one kept at the moment it is given; what was kept
   * all the while is given exactly once, what came or went may be missing. Undefined: nothing for a while, the reader
   * may pause; so no step takes long.
   */
  match(filter: string): Iterable<readonly [topic: string, message: RetainedMessage] | undefined>
  /** Called every second: frees some of what has ended, so that all of it is gone after a while. Returns how many messages. */
  expire(): number
}

export interface RetainedMessage extends RetainedBy {
  readonly payload: Uint8Array
  /** Those that travel with it, save for the message expiry. */
  readonly properties: Properties | undefined
  /** When it ends, in milliseconds since the process began (`readClock`); undefined = never. */
  readonly expiresAt: number | undefined
}

/** Whose it is. */
export interface RetainedBy {
  /** Key of the identity it counts against; '' = nobody, and no bound per owner. */
  readonly owner: string
  /** Client key of the connection that published it, for No Local; '' = none. */
  readonly publisher: string
}
