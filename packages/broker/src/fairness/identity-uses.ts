import type { BrokerLimits } from '../limits.ts'
import type { Identity } from '../ports/access-policy.ts'

/** What the connections of one identity use together. */
export interface IdentityUse {
  connections: number
  filters: number
  /** Of all these filters. */
  levels: number
}

/**
 * Keeps one identity from taking what is there for all. Not counted: those who have one connection at a time, for whom
 * the bounds of a connection do, and an identity that everybody has.
 */
export class IdentityUses {
  readonly #limits: BrokerLimits
  readonly #uses = new Map<string, IdentityUse>()

  constructor(limits: BrokerLimits) {
    this.#limits = limits
  }

  /** Has it as many connections as it may? */
  isFull({ key }: Identity): boolean {
    return (this.#uses.get(key)?.connections ?? 0) >= this.#limits.connectionsPerIdentityMax
  }

  /** A connection of it was accepted; undefined if nobody counts. Each has its `leave`. */
  enter({ key, exclusive, everybody }: Identity): IdentityUse | undefined {
    if (exclusive || everybody) return undefined
    const use = this.#uses.get(key) ?? { connections: 0, filters: 0, levels: 0 }
    use.connections++
    this.#uses.set(key, use)
    return use
  }

  /** Has it room for one more filter? */
  hasRoom(use: IdentityUse | undefined, levels: number): boolean {
    const { filtersPerIdentityMax, filterLevelsPerIdentityMax } = this.#limits
    return (
      use === undefined ||
      (use.filters < filtersPerIdentityMax && use.levels + levels <= filterLevelsPerIdentityMax)
    )
  }

  leave({ key }: Identity, use: IdentityUse): void {
    use.connections--
    if (use.connections === 0) this.#uses.delete(key)
  }
}
