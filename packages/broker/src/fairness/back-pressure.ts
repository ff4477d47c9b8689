import type { Connection } from '../connection.ts'
import type { Outbox, Relief } from '../outbox.ts'

/** How often a sender that waits looks whether its receivers get on. */
const PATIENCE_MS = 50
/** For a receiver that was given up not long ago. */
const IMPATIENCE_MS = 10
const GRUDGE_MS = 1_000

/**
 * Slows senders down before anything is dropped: one that fills the outbox of a receiver faster than that takes it is
 * not read from until the outbox has room again, and TCP tells its program to wait. Never for the sake of a reader that
 * is stuck or slow: nobody else must wait for those, they lose messages, which are counted.
 */
export class BackPressure implements Relief {
  readonly #held = new Map<Connection, Set<Outbox>>()
  readonly #crowded = new Map<Outbox, Crowd>()
  /** When an outbox was given up. */
  readonly #givenUp = new WeakMap<Outbox, number>()
  #timer: NodeJS.Timeout | undefined
  readonly #now: () => number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  hold(sender: Connection, outbox: Outbox): void {
    this.#watch(outbox).add(sender)
    const outboxes = this.#held.get(sender)
    if (outboxes !== undefined) {
      outboxes.add(outbox)
      return
    }
    this.#held.set(sender, new Set([outbox]))
    sender.hold()
  }

  /** Those that wait for it. */
  #watch(outbox: Outbox): Set<Connection> {
    const crowd = this.#crowded.get(outbox)
    if (crowd !== undefined) return crowd.senders
    const now = this.#now()
    const hasGrudge = now - (this.#givenUp.get(outbox) ?? Number.NEGATIVE_INFINITY) < GRUDGE_MS
    const patience = hasGrudge ? IMPATIENCE_MS : PATIENCE_MS
    const senders = new Set<Connection>()
    this.#crowded.set(outbox, { senders, patience, until: now + patience, written: outbox.writtenBytes })
    outbox.relief = this
    this.#timer ??= setTimeout(this.#look, patience)
    return senders
  }

  /** An outbox has room again, was given up, or its connection is gone. */
  relieve(outbox: Outbox): void {
    const crowd = this.#crowded.get(outbox)
    this.#crowded.delete(outbox)
    outbox.relief = undefined
    for (const sender of crowd?.senders ?? []) {
      const outboxes = this.#held.get(sender)
      outboxes?.delete(outbox)
      if (outboxes?.size !== 0) continue
      this.#held.delete(sender)
      sender.release()
    }
  }

  /** The sender itself is gone. */
  forget(sender: Connection): void {
    for (const outbox of this.#held.get(sender) ?? []) this.#crowded.get(outbox)?.senders.delete(sender)
    this.#held.delete(sender)
  }

  /** Gives up receivers that have not taken what a busy one takes in this time; the others are waited for. */
  readonly #look = (): void => {
    this.#timer = undefined
    const now = this.#now()
    for (const [outbox, crowd] of this.#crowded) {
      if (now < crowd.until) continue
      if (outbox.writtenBytes - crowd.written < outbox.busyBytes) {
        this.#givenUp.set(outbox, now)
        outbox.giveUp()
        this.relieve(outbox)
      } else {
        crowd.until = now + crowd.patience
        crowd.written = outbox.writtenBytes
      }
    }
    // Whoever went on may have run into the next crowd, and set the timer anew.
    clearTimeout(this.#timer)
    this.#timer = this.#crowded.size > 0 ? setTimeout(this.#look, IMPATIENCE_MS) : undefined
  }
}

interface Crowd {
  readonly senders: Set<Connection>
  readonly patience: number
  /** Milliseconds of the monotonic clock. */
  until: number
  written: number
}
