import type { SubscriptionRequest } from '@pillion/packet'
import type { Connection } from './connection.ts'
import type { BrokerLimits } from './limits.ts'

/**
 * Who is connected under which client id, and what absent clients had subscribed to (Clean Session 0). Messages are
 * never queued for an absent client (W 2.8).
 */
export class Sessions {
  readonly #limits: BrokerLimits
  readonly #connected = new Map<string, Connection>()
  readonly #absent = new Map<string, AbsentSession>()

  constructor(limits: BrokerLimits) {
    this.#limits = limits
  }

  /** The connection that held the client id so far, if any. */
  connect(clientKey: string, connection: Connection): Connection | undefined {
    const previous = this.#connected.get(clientKey)
    this.#connected.set(clientKey, connection)
    return previous
  }

  find(clientKey: string): Connection | undefined {
    return this.#connected.get(clientKey)
  }

  /** Takes an absent client's subscriptions back, or undefined if there are none that still count. */
  resume(sessionKey: string, now: number): readonly SubscriptionRequest[] | undefined {
    const session = this.#absent.get(sessionKey)
    this.#absent.delete(sessionKey)
    return session !== undefined && session.expiresAt > now ? session.subscriptions : undefined
  }

  /** False if somebody else holds the client id by now. */
  disconnect(clientKey: string, connection: Connection): boolean {
    if (this.#connected.get(clientKey) !== connection) return false
    this.#connected.delete(clientKey)
    return true
  }

  /** Keeps what a client had subscribed to. When there is no room, the one absent for longest goes. */
  keep(
    sessionKey: string,
    subscriptions: readonly SubscriptionRequest[],
    expirySeconds: number,
    now: number,
  ): void {
    const seconds = Math.min(expirySeconds, this.#limits.sessionExpirySecondsMax)
    this.#absent.delete(sessionKey)
    this.#absent.set(sessionKey, { subscriptions, expiresAt: now + seconds * 1_000 })
    if (this.#absent.size > this.#limits.absentSessionsMax) {
      const [longestAbsent] = this.#absent.keys()
      this.#absent.delete(longestAbsent as string)
    }
  }

  expire(now: number): void {
    for (const [sessionKey, { expiresAt }] of this.#absent) {
      if (expiresAt <= now) this.#absent.delete(sessionKey)
    }
  }
}

interface AbsentSession {
  readonly subscriptions: readonly SubscriptionRequest[]
  readonly expiresAt: number
}
