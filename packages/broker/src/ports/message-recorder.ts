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

/** What became of a message on the node that took it, as far as that is known at once. */
export interface MessageOutcome {
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
