import type { Connection } from './connection.ts'
import type { Outbox, Relief } from './outbox.ts'

/** How long a sender waits for its receivers. One that has not caught up by then is slow, not busy: nobody waits for it any longer. */
const PATIENCE_MS = 100
/** So long after it has waited in vain, a sender has less patience: a crowd of slow readers must not take turns in stopping it. */
const IMPATIENT_MS = 1_000
const IMPATIENCE_MS = 10

/**
 * Slows senders down before anything is dropped: one that fills the outbox of a receiver faster than that takes it is
 * not read from until the outbox has room again, and TCP tells its program to wait. Never for the sake of a reader that
 * is stuck or slow: nobody else must wait for those, they lose messages, which are counted.
 */
export class BackPressure implements Relief {
  readonly #held = new Map<Connection, Hold>()
  /** Senders that waited in vain, and when. */
  readonly #disappointed = new Map<Connection, number>()
  #timer: NodeJS.Timeout | undefined
  readonly #now: () => number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  hold(sender: Connection, outbox: Outbox): void {
    const held = this.#held.get(sender)
    if (held !== undefined) {
      held.outboxes.add(outbox)
      outbox.relief = this
      return
    }
    const now = this.#now()
    const patience = this.#patienceOf(sender, now)
    this.#held.set(sender, { until: now + patience, outboxes: new Set([outbox]) })
    outbox.relief = this
    sender.hold()
    this.#timer ??= setTimeout(this.#endHolds, patience)
  }

  #patienceOf(sender: Connection, now: number): number {
    const disappointedAt = this.#disappointed.get(sender)
    if (disappointedAt === undefined) return PATIENCE_MS
    if (now - disappointedAt < IMPATIENT_MS) return IMPATIENCE_MS
    this.#disappointed.delete(sender)
    return PATIENCE_MS
  }

  /** An outbox has room again, or its connection is gone. */
  relieve(outbox: Outbox): void {
    outbox.relief = undefined
    for (const [sender, { outboxes }] of this.#held) {
      if (!outboxes.delete(outbox) || outboxes.size > 0) continue
      this.#held.delete(sender)
      sender.release()
    }
  }

  /** The sender itself is gone. */
  forget(sender: Connection): void {
    this.#held.delete(sender)
    this.#disappointed.delete(sender)
  }

  readonly #endHolds = (): void => {
    this.#timer = undefined
    const now = this.#now()
    for (const [sender, { until, outboxes }] of this.#held) {
      if (now < until) continue
      for (const outbox of outboxes) outbox.giveUp()
      this.#held.delete(sender)
      this.#disappointed.set(sender, now)
      sender.release()
    }
    if (this.#held.size > 0) this.#timer = setTimeout(this.#endHolds, IMPATIENCE_MS)
  }
}

interface Hold {
  /** Milliseconds of the monotonic clock. */
  readonly until: number
  readonly outboxes: Set<Outbox>
}
