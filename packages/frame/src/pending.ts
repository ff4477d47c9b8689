import type { Payload, PendingEntry } from '@pillion/schema'

/** `limits.pendingMax`; written out, because the table of all limits would come along into every document. A test keeps them equal. */
export const pendingMax = 10

/**
 * The frame's copy of the app's pending buffer (W 6.2): it is here because `getPendingNotifications` has to
 * answer synchronously. Entries can arrive twice or out of order around a reload, when the host sends the
 * whole buffer to the new document; the sequence tells them apart.
 */
export class Pending {
  #entries: PendingEntry[] = []
  #drained = 0

  append(entries: readonly PendingEntry[]): void {
    const fresh = entries.filter(
      ({ sequence }) =>
        sequence > this.#drained && !this.#entries.some((known) => known.sequence === sequence),
    )
    this.#entries = [...this.#entries, ...fresh].sort((a, b) => a.sequence - b.sequence).slice(-pendingMax)
  }

  /** Everything kept, oldest first; `sequence` is the last one's, undefined if there was nothing. */
  drain(): { values: Payload[]; sequence: number | undefined } {
    const drained = this.#entries
    this.#entries = []
    const sequence = drained.at(-1)?.sequence
    this.#drained = sequence ?? this.#drained
    return { values: drained.map((entry) => entry.value), sequence }
  }
}
