import { matchTopicFilter } from '@pillion/packet'
import type { RetainedMessage, RetainedMessages } from '../ports/retained-messages.ts'

/** Kept in this process, bounded by number and bytes; gone with it. */
export class MemoryRetainedMessages implements RetainedMessages {
  readonly #messages = new Map<string, RetainedMessage>()
  readonly #messagesMax: number
  readonly #bytesMax: number
  readonly #now: () => number
  #bytes = 0

  constructor(options: { messagesMax?: number; bytesMax?: number; now?: () => number } = {}) {
    this.#messagesMax = options.messagesMax ?? 100_000
    this.#bytesMax = options.bytesMax ?? 64 * 1024 * 1024
    this.#now = options.now ?? Date.now
  }

  keep(topic: string, message: RetainedMessage): boolean {
    const previous = this.#messages.get(topic)
    const bytes = this.#bytes - (previous?.payload.length ?? 0) + message.payload.length
    const count = this.#messages.size + (previous === undefined ? 1 : 0)
    if (message.payload.length > 0 && (bytes > this.#bytesMax || count > this.#messagesMax)) return false
    this.#bytes = bytes
    if (message.payload.length === 0) this.#messages.delete(topic)
    else this.#messages.set(topic, message)
    return true
  }

  *match(filter: string): Iterable<readonly [topic: string, message: RetainedMessage]> {
    const now = this.#now()
    for (const [topic, message] of this.#messages) {
      if (message.expiresAt !== undefined && message.expiresAt <= now) this.#forget(topic, message)
      else if (matchTopicFilter(filter, topic)) yield [topic, message]
    }
  }

  #forget(topic: string, message: RetainedMessage): void {
    this.#messages.delete(topic)
    this.#bytes -= message.payload.length
  }
}
