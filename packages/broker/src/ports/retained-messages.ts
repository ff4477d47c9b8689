/**
 * Keeps the last message of each topic that was published with the retain flag [MQTT-3.3.1-5]. Bounded: `keep`
 * answers false when there is no room, and nothing was changed.
 */
export interface RetainedMessages {
  /** An empty payload deletes the topic's message [MQTT-3.3.1-6]. The implementation owns `message.payload` from here on. */
  keep(topic: string, message: RetainedMessage): boolean
  /** Every kept message whose canonical topic matches the canonical filter, in no particular order. */
  match(filter: string): Iterable<readonly [topic: string, message: RetainedMessage]>
}

export interface RetainedMessage {
  readonly payload: Uint8Array
  /** When it ends, in milliseconds of the broker's clock; undefined = never. */
  readonly expiresAt: number | undefined
}
