import type { SubscriptionRequest } from '@pillion/packet'
import type { Connection } from './connection.ts'
import type { BrokerLimits } from './limits.ts'

/** What is kept of a client between two connections. Messages are not among it (W 2.8). */
export interface SessionState {
  readonly subscriptions: readonly SubscriptionRequest[]
  /** Ids of QoS 2 messages received and not yet released; kept, or a message sent again would be delivered twice. */
  readonly unreleased: ReadonlySet<number> | undefined
}

/** Undefined if the client asked for nothing to be kept. */
export function sessionStateOf(connection: Connection): SessionState | undefined {
  if (connection.sessionExpirySeconds === 0) return undefined
  const subscriptions = [...connection.subscriptions.values()].map(({ request }) => request)
  return { subscriptions, unreleased: connection.unreleased }
}

/** Who is connected under which client id, and what is kept of clients that are absent (Clean Session 0). */
export class Sessions {
  readonly #limits: BrokerLimits
  readonly #connected = new Map<string, Connection>()
  readonly #absent = new Map<string, SessionState & { readonly expiresAt: number }>()

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

  /** Takes back what was kept of an absent client, or undefined if there is nothing that still counts. */
  resume(sessionKey: string, now: number): SessionState | undefined {
    const session = this.#absent.get(sessionKey)
    this.#absent.delete(sessionKey)
    return session !== undefined && session.expiresAt > now ? session : undefined
  }

  /** False if somebody else holds the client id by now. */
  disconnect(clientKey: string, connection: Connection): boolean {
    if (this.#connected.get(clientKey) !== connection) return false
    this.#connected.delete(clientKey)
    return true
  }

  /** Keeps what is to be kept of a client that goes. When there is no room, the one absent for longest goes. */
  keep(connection: Connection, now: number): void {
    const state = sessionStateOf(connection)
    if (state === undefined) return
    const { sessionKey, sessionExpirySeconds } = connection
    const seconds = Math.min(sessionExpirySeconds, this.#limits.sessionExpirySecondsMax)
    this.#absent.delete(sessionKey)
    this.#absent.set(sessionKey, { ...state, expiresAt: now + seconds * 1_000 })
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
