import type { Payload, PendingEntry } from '@pillion/schema'
import type { StateHolder } from './state.ts'

/**
 * The frame's copy of the app's pending buffer (W 6.2): it is here because `getPendingNotifications` has to
 * answer synchronously. Entries can arrive twice or out of order around a reload, when the host sends the
 * whole buffer to the new document; the sequence tells them apart.
 */
export class Pending {
  #state: StateHolder
  #entries: PendingEntry[] = []
  #drained = 0

  constructor(state: StateHolder) {
    this.#state = state
  }

  append(entries: readonly PendingEntry[]): void {
    const fresh = entries.filter(
      ({ sequence }) =>
        sequence > this.#drained && !this.#entries.some((known) => known.sequence === sequence),
    )
    const all = [...this.#entries, ...fresh].sort((a, b) => a.sequence - b.sequence)
    this.#entries = all.slice(Math.max(0, all.length - this.#state.current.pendingMax))
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
