import type { MessageRecord } from '@pillion/schema'

const ROWS_MAX = 200

/** The newest messages of a stream that tells each again whenever something happened to it. */
export class Tail {
  /** Oldest first. */
  #shown = new Map<string, MessageRecord>()
  #waiting = new Map<string, MessageRecord>()
  /** Since `rows` was called. */
  isChanged = false

  get waiting(): number {
    return this.#waiting.size
  }

  has(id: string): boolean {
    return this.#shown.has(id) || this.#waiting.has(id)
  }

  /** One that is new waits until `letIn`. */
  take(message: MessageRecord): void {
    const place = this.#shown.has(message.id) ? this.#shown : this.#waiting
    place.set(message.id, message)
    dropOldest(this.#waiting)
    this.isChanged = true
  }

  letIn(): void {
    if (this.#waiting.size === 0) return
    for (const [id, message] of this.#waiting) this.#shown.set(id, message)
    this.#waiting.clear()
    dropOldest(this.#shown)
    this.isChanged = true
  }

  /** Newest first. */
  rows(): MessageRecord[] {
    this.isChanged = false
    return [...this.#shown.values()].reverse()
  }
}

function dropOldest(messages: Map<string, MessageRecord>): void {
  for (const id of messages.keys()) {
    if (messages.size <= ROWS_MAX) return
    messages.delete(id)
  }
}
