import type { Connection } from '../connection.ts'
import type { Congestible, Relief } from './congestible.ts'

/** How often a sender that waits looks whether its receivers get on. */
const PATIENCE_MS = 50
/** For a receiver that was given up not long ago. */
const IMPATIENCE_MS = 10
const GRUDGE_MS = 1_000

/**
 * Slows senders down before anything is dropped: one that fills the outbox of a receiver faster than that takes it is
 * not read from until that has room again, and TCP tells its program to wait. Never for the sake of a reader that
 * is stuck or slow: nobody else must wait for those, they lose messages, which are counted.
 */
export class BackPressure implements Relief {
  readonly #held = new Map<Connection, Set<Congestible>>()
  readonly #crowded = new Map<Congestible, Crowd>()
  /** When one was given up. */
  readonly #givenUp = new WeakMap<Congestible, number>()
  #timer: NodeJS.Timeout | undefined
  readonly #now: () => number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  hold(sender: Connection, destination: Congestible): void {
    this.#watch(destination).add(sender)
    const destinations = this.#held.get(sender)
    if (destinations !== undefined) {
      destinations.add(destination)
      return
    }
    this.#held.set(sender, new Set([destination]))
    sender.hold()
  }

  /** Those that wait for it. */
  #watch(destination: Congestible): Set<Connection> {
    const crowd = this.#crowded.get(destination)
    if (crowd !== undefined) return crowd.senders
    const now = this.#now()
    const hasGrudge = now - (this.#givenUp.get(destination) ?? Number.NEGATIVE_INFINITY) < GRUDGE_MS
    const patience = hasGrudge ? IMPATIENCE_MS : PATIENCE_MS
    const senders = new Set<Connection>()
    this.#crowded.set(destination, {
      senders,
      patience,
      until: now + patience,
      written: destination.writtenBytes,
    })
    destination.relief = this
    this.#timer ??= setTimeout(this.#look, patience)
    return senders
  }

  /** It has room again, was given up, or is gone. */
  relieve(destination: Congestible): void {
    const crowd = this.#crowded.get(destination)
    this.#crowded.delete(destination)
    destination.relief = undefined
    for (const sender of crowd?.senders ?? []) {
      const destinations = this.#held.get(sender)
      destinations?.delete(destination)
      if (destinations?.size !== 0) continue
      this.#held.delete(sender)
      sender.release()
    }
  }

  /** The sender itself is gone. */
  forget(sender: Connection): void {
    for (const destination of this.#held.get(sender) ?? [])
      this.#crowded.get(destination)?.senders.delete(sender)
    this.#held.delete(sender)
  }

  /** Gives up receivers that have not taken what a busy one takes in this time; the others are waited for. */
  readonly #look = (): void => {
    this.#timer = undefined
    const now = this.#now()
    for (const [destination, crowd] of this.#crowded) {
      if (now < crowd.until) continue
      if (destination.writtenBytes - crowd.written < destination.busyBytes) {
        this.#givenUp.set(destination, now)
        destination.giveUp()
        this.relieve(destination)
      } else {
        crowd.until = now + crowd.patience
        crowd.written = destination.writtenBytes
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
