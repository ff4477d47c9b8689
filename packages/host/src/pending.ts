import type { Payload, PendingEntry } from '@pillion/schema'

/**
 * The last messages of one app while it is in background or not running (W 6.2). It survives unload and
 * relaunch. The frame drains a copy of it; the host forgets an entry only when the frame has said so.
 */
export class PendingBuffer {
  #max: number
  #sequence = 0
  #entries: PendingEntry[] = []

  constructor(max: number) {
    this.#max = max
  }

  /** Oldest first. */
  get entries(): readonly PendingEntry[] {
    return this.#entries
  }

  /** `fallen` is the oldest entry, if it had to make room. */
  add(value: Payload): { added: PendingEntry; fallen: PendingEntry | undefined } {
    this.#sequence += 1
    const added = { sequence: this.#sequence, value }
    this.#entries.push(added)
    return { added, fallen: this.#entries.length > this.#max ? this.#entries.shift() : undefined }
  }

  /** Forgets everything up to and including `sequence`, and returns it; what was added since stays, even if the two crossed. */
  drain(sequence: number): readonly PendingEntry[] {
    const drained = this.#entries.filter((entry) => entry.sequence <= sequence)
    this.#entries = this.#entries.filter((entry) => entry.sequence > sequence)
    return drained
  }

  clear(): void {
    this.#entries = []
  }
}
