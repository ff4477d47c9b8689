import type { Will } from '@pillion/packet'
import type { Connection } from '../connection.ts'
import type { BrokerLimits } from '../limits.ts'
import type { Identity } from '../ports/access-policy.ts'
import type { SubscriptionOptions } from '../subscriptions.ts'

/** Session Expiry Interval of a session that never ends by itself (3.1.2.11.2); 3.x has no other. */
export const NEVER_EXPIRES_SECONDS = 0xffff_ffff

/** What is kept of a client between two connections. Messages are not among it (W 2.8). */
export interface AbsentSession {
  readonly identity: Identity
  readonly sessionKey: string
  readonly subscriptions: readonly KeptSubscription[]
  /** Ids of QoS 2 messages received and not yet released; kept, or a message sent again would be delivered twice. */
  readonly unreleased: Set<number> | undefined
  /** When it ends by itself; Infinity = never. */
  readonly expiresAt: number
  /** A will that is still to be published, at `willAt` or when the session ends. */
  will: Will | undefined
  readonly willAt: number
  /** Roughly what it costs. */
  readonly bytes: number
}

/** A subscription as the client asked for it; whether it is still allowed is asked again. */
export interface KeptSubscription extends SubscriptionOptions {
  readonly topicFilter: string
}

/** What the sessions of one identity cost together, the one absent for longest first. */
interface Share {
  readonly sessions: Set<AbsentSession>
  bytes: number
}

/** Who is connected under which client id, and what is kept of clients that are absent (Clean Session 0, Session Expiry Interval). */
export class Sessions {
  readonly #limits: BrokerLimits
  readonly #connected = new Map<string, Connection>()
  readonly #absent = new Map<string, AbsentSession>()
  /** By identity key. */
  readonly #shares = new Map<string, Share>()
  #absentBytes = 0
  /** Nothing is due before this. */
  #nextDueAt = Infinity

  constructor(limits: BrokerLimits) {
    this.#limits = limits
  }

  /** From now on `connection` holds the client id, even while it still waits to be accepted. Returns who held it so far. */
  connect(clientKey: string, connection: Connection): Connection | undefined {
    const previous = this.#connected.get(clientKey)
    this.#connected.set(clientKey, connection)
    return previous
  }

  find(clientKey: string): Connection | undefined {
    return this.#connected.get(clientKey)
  }

  /** False if somebody else holds the client id by now. */
  disconnect(clientKey: string, connection: Connection): boolean {
    if (this.#connected.get(clientKey) !== connection) return false
    this.#connected.delete(clientKey)
    return true
  }

  findAbsent(sessionKey: string): AbsentSession | undefined {
    return this.#absent.get(sessionKey)
  }

  /** All that is kept of whoever is connected under `clientKey` one at a time: of one client id, or of an exclusive identity. */
  findAllAbsent(clientKey: string): AbsentSession[] {
    const ofClient = this.#absent.get(clientKey)
    if (ofClient !== undefined) return [ofClient]
    return [...(this.#shares.get(clientKey)?.sessions ?? [])].filter(({ identity }) => identity.exclusive)
  }

  /** Keeps a session; `trim` enforces the bounds. */
  keep(session: AbsentSession): void {
    this.take(session.sessionKey)
    const { key } = session.identity
    const share = this.#shares.get(key) ?? { sessions: new Set(), bytes: 0 }
    this.#shares.set(key, share)
    share.sessions.add(session)
    share.bytes += session.bytes
    this.#absent.set(session.sessionKey, session)
    this.#absentBytes += session.bytes
    this.#nextDueAt = Math.min(this.#nextDueAt, dueAt(session))
  }

  /** The session, which is not kept any longer. */
  take(sessionKey: string): AbsentSession | undefined {
    const session = this.#absent.get(sessionKey)
    if (session === undefined) return undefined
    const { key } = session.identity
    const share = this.#shares.get(key) as Share
    share.sessions.delete(session)
    share.bytes -= session.bytes
    if (share.sessions.size === 0) this.#shares.delete(key)
    this.#absent.delete(sessionKey)
    this.#absentBytes -= session.bytes
    return session
  }

  /**
   * Takes sessions of this identity, the one absent for longest first, until it is within its bounds and all are within
   * theirs: nobody loses a session to somebody else.
   */
  trim(identity: Identity): AbsentSession[] {
    const taken: AbsentSession[] = []
    while (this.#isOver(identity)) {
      const [longestAbsent] = this.#shares.get(identity.key)?.sessions ?? []
      if (longestAbsent === undefined) break
      this.take(longestAbsent.sessionKey)
      taken.push(longestAbsent)
    }
    return taken
  }

  #isOver({ key, everybody }: Identity): boolean {
    const { absentSessionsMax, absentSessionsBytesMax } = this.#limits
    if (this.#absent.size > absentSessionsMax || this.#absentBytes > absentSessionsBytesMax) return true
    const share = this.#shares.get(key)
    if (share === undefined || everybody) return false
    const { sessionsPerIdentityMax, sessionBytesPerIdentityMax } = this.#limits
    return share.sessions.size > sessionsPerIdentityMax || share.bytes > sessionBytesPerIdentityMax
  }

  /** May nothing more be kept of this identity? */
  isFull({ key, everybody }: Identity): boolean {
    const share = this.#shares.get(key)
    if (share === undefined || everybody) return false
    const { sessionsPerIdentityMax, sessionBytesPerIdentityMax } = this.#limits
    return share.sessions.size >= sessionsPerIdentityMax || share.bytes >= sessionBytesPerIdentityMax
  }

  /** Sessions that have ended or whose will is due. */
  due(now: number): AbsentSession[] {
    if (now < this.#nextDueAt) return []
    const due: AbsentSession[] = []
    this.#nextDueAt = Infinity
    for (const session of this.#absent.values()) {
      const at = dueAt(session)
      if (at <= now) due.push(session)
      // One whose will is published now still has an end.
      this.#nextDueAt = Math.min(this.#nextDueAt, at <= now ? session.expiresAt : at)
    }
    return due
  }

  get absent(): Iterable<AbsentSession> {
    return this.#absent.values()
  }

  get absentCount(): number {
    return this.#absent.size
  }

  get connectedCount(): number {
    return this.#connected.size
  }

  /** Of clients that are connected and of those that are absent. Walks through all of them. */
  get subscriptionCount(): number {
    let sum = 0
    for (const { subscriptions } of this.#connected.values()) sum += subscriptions.size
    for (const { subscriptions } of this.#absent.values()) sum += subscriptions.length
    return sum
  }
}

function dueAt({ expiresAt, will, willAt }: AbsentSession): number {
  return will === undefined ? expiresAt : Math.min(expiresAt, willAt)
}
