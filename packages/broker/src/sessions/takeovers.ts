import type { Connection } from '../connection.ts'
import type { BrokerLimits } from '../limits.ts'

/**
 * Who takes over from whom again and again: two clients that use one client id throw each other out as fast as they
 * connect. After `takeoversMax` rounds the newer one is refused for `takeoverWindowSeconds`, and the older one is left alone; or,
 * where the identity has it so, takes over a second later.
 */
export class Takeovers {
  readonly #limits: BrokerLimits
  readonly #rounds = new Map<string, Rounds>()
  readonly #waiting = new Map<string, Connection>()

  constructor(limits: BrokerLimits) {
    this.#limits = limits
  }

  /** A connection took over a client from another one: of this node, or as another node says (`elsewhere`). */
  note(clientKey: string, now: number, elsewhere: boolean): void {
    const { takeoversMax, takeoverWindowSeconds, connectionsMax } = this.#limits
    const earlier = this.#rounds.get(clientKey)
    const goesOn = earlier !== undefined && earlier.endsAt > now
    const count = goesOn ? earlier.count + 1 : 1
    // The wait begins with the last round, or a storm that is slow would have next to none.
    const endsAt = goesOn && count !== takeoversMax ? earlier.endsAt : now + takeoverWindowSeconds * 1_000
    this.#rounds.set(clientKey, { count, endsAt, elsewhere })
    if (this.#rounds.size > connectionsMax) {
      const [oldest] = this.#rounds.keys()
      this.#rounds.delete(oldest as string)
    }
  }

  /** Must a client wait instead of taking over? Not if nobody is there to take over from. */
  mustWait(clientKey: string, isConnected: boolean, now: number): boolean {
    const rounds = this.#rounds.get(clientKey)
    if (rounds === undefined || rounds.endsAt <= now || rounds.count < this.#limits.takeoversMax) return false
    return isConnected || rounds.elsewhere
  }

  /** A connection waits for its answer; the one that waited for the same client before, if any, has waited in vain. */
  wait(clientKey: string, connection: Connection): Connection | undefined {
    const older = this.#waiting.get(clientKey)
    this.#waiting.set(clientKey, connection)
    return older
  }

  endWait(clientKey: string, connection: Connection): void {
    if (this.#waiting.get(clientKey) === connection) this.#waiting.delete(clientKey)
  }

  /** Called now and then. */
  forgetOld(now: number): void {
    for (const [clientKey, { endsAt }] of this.#rounds) if (endsAt <= now) this.#rounds.delete(clientKey)
  }

  get size(): number {
    return this.#rounds.size
  }
}

interface Rounds {
  readonly count: number
  readonly endsAt: number
  /** Did the last round go to another node? Then the client is connected there. */
  readonly elsewhere: boolean
}
