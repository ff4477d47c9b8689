import type { Identity, PublishDecision, Refusal } from './access-policy.ts'

/**
 * Writes down what becomes of messages. Everything here is called in the middle of the broker's work: it returns at once and
 * does not throw.
 */
export interface MessageRecorder {
  /**
   * Who records the messages of one identity to one topic name, as its access was decided; undefined: nobody, and they
   * cost nothing. Asked once for each route; the answer holds as long as the access policy's.
   */
  recorderOf(identity: Identity, topicName: string, decision: PublishDecision): RouteRecorder | undefined
  /** Is anything recorded now? If not, what `droppedArrival` and `lostForwarded` would tell costs nothing. */
  readonly isRecording: boolean
  /**
   * Another node has taken this message and this one has dropped it, for some of its receivers here or all of them. However many
   * there are: what is made of them has to be bounded here. The bytes are only valid during the call.
   */
  droppedArrival(topic: string, payload: Uint8Array, outcome: ArrivalOutcome): void
  /**
   * This node has taken the message and forwarded it `age` milliseconds ago to `node`, which has gone without acknowledging it:
   * it is lost, or may be. Bounded here, as above. The bytes are only valid during the call.
   */
  lostForwarded(topic: string, payload: Uint8Array, node: string, age: number): void
}

/** Records the messages of one sender to one topic name. */
export interface RouteRecorder {
  /**
   * Of so many messages that have come in a row, how many are recorded: the first ones. The rest is passed over. The
   * broker looks after each one that is recorded by itself, which costs time.
   */
  take(messages: number): number
  /** One of those that were to be recorded; its bytes are only valid during the call. */
  record(payload: Uint8Array, outcome: MessageOutcome): void
}

/** What became here of a message that another node has taken. */
export interface ArrivalOutcome {
  /** How many connections, receivers in this process and mailboxes of this node have it. */
  readonly reached: number
  /** As in `MessageOutcome`. */
  readonly dropped: ReadonlyMap<string, number>
}

/** What became of a message on the node that took it, as far as that is known at once. */
export interface MessageOutcome {
  /** Canonical; undefined if it was not taken. */
  readonly topic?: string | undefined
  /** It was not taken; then there is nothing else to say. */
  readonly refused: Pick<Refusal, 'reason' | 'text'> | undefined
  /** To how many connections, and receivers in this process, it was handed. */
  readonly routed: number
  /** To how many other nodes. */
  readonly forwarded: number
  /** Given to whoever keeps what absent receivers miss. */
  readonly isKept: boolean
  /** Who did not get it: reasons in snake_case, as they are counted, each with a number of receivers. */
  readonly dropped: ReadonlyMap<string, number>
}
