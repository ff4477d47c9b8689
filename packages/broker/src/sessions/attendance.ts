import type { Identity } from '../ports/access-policy.ts'
import type { Presence } from '../ports/presence.ts'

/** Counts the connections of each identity for whoever wants to know who is there; for nobody, it counts nothing. */
export class Attendance {
  readonly #presence: Presence | undefined
  readonly #connections = new Map<string, number>()

  constructor(presence: Presence | undefined) {
    this.#presence = presence
  }

  enter(identity: Identity): void {
    if (this.#presence === undefined) return
    const connections = this.#connections.get(identity.key) ?? 0
    this.#connections.set(identity.key, connections + 1)
    if (connections === 0) this.#presence.connected(identity)
  }

  leave(identity: Identity): void {
    if (this.#presence === undefined) return
    const connections = (this.#connections.get(identity.key) ?? 0) - 1
    if (connections > 0) this.#connections.set(identity.key, connections)
    else {
      this.#connections.delete(identity.key)
      this.#presence.disconnected(identity)
    }
  }
}
