import type { Properties, ReasonCode } from '@pillion/packet'
import type { Identity } from './access-policy.ts'

/**
 * Follows messages through programs. Asked only about messages that their sender gave properties, which are off the hot path.
 * Everything here returns at once and does not throw.
 */
export interface MessageTracer {
  /** A message that is about to be routed; undefined: nobody follows it. */
  begin(topicName: string, identity: Identity, properties: Properties): TracedMessage | undefined
}

export interface TracedMessage {
  /** With which it goes on instead of its own. */
  readonly properties: Properties
  /** It was routed; the code is what its sender could be told. */
  end(reasonCode: ReasonCode): void
}
