import type { Identity } from '@pillion/broker'

/** From a time on, whoever signed in with one of these credentials is not to be connected any more. */
export interface CredentialsEnd {
  /** As `Identity.credentials`; the key of an identity stands for all of its connections at that time. */
  readonly credentials: readonly string[]
  /** Milliseconds since 1970. */
  readonly endsAt: number
  /** For the clients, a sentence. */
  readonly text: string
}

/** Ends these connections of this node. */
export type EndConcerned = (isConcerned: (identity: Identity) => boolean, text: string) => void

/** A sign-in that is being checked when a credential ends has read what was true before; it takes no longer than this. */
const REMEMBER_MILLISECONDS = 60_000
/** Timers know no longer times. */
const TIMER_MILLISECONDS_MAX = 2 ** 31 - 1

export function passwordCredential(passwordHash: Uint8Array): string {
  return `password:${Buffer.from(passwordHash).toString('hex', 0, 16)}`
}

export function certificateCredential(fingerprint: string): string {
  return `certificate:${fingerprint}`
}

interface End {
  readonly endsAt: number
  readonly text: string
  isOver: boolean
}

/** Ends connections of this node when what they signed in with ends: at once, or when an overlap is over. */
export class CredentialEnds {
  #endConnections: EndConcerned = () => {}
  readonly #now: () => number
  /** By credential. */
  readonly #ends = new Map<string, End>()
  #timer: NodeJS.Timeout | undefined
  #timerAt = Number.POSITIVE_INFINITY

  /** `now`: milliseconds since 1970. */
  constructor({ now = Date.now }: { now?: () => number } = {}) {
    this.#now = now
  }

  /** Before the first connection. */
  open(endConnections: EndConcerned): void {
    this.#endConnections = endConnections
  }

  add(ends: readonly CredentialsEnd[]): void {
    const now = this.#now()
    for (const { credentials, endsAt, text } of ends) {
      const isOver = endsAt <= now
      for (const each of credentials)
        if (endsAt < (this.#ends.get(each)?.endsAt ?? Number.POSITIVE_INFINITY))
          this.#ends.set(each, { endsAt, text, isOver })
      if (isOver) this.#end(new Set(credentials), text)
      this.#wakeAt(isOver ? now + REMEMBER_MILLISECONDS : endsAt)
    }
  }

  /** Has one of its credentials ended while they were being checked? */
  hasEnded({ credentials = [] }: Identity): boolean {
    const now = this.#now()
    return credentials.some((each) => (this.#ends.get(each)?.endsAt ?? Number.POSITIVE_INFINITY) <= now)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#timerAt = Number.NEGATIVE_INFINITY
  }

  #end(credentials: ReadonlySet<string>, text: string): void {
    this.#endConnections(
      ({ key, credentials: shown = [] }) =>
        credentials.has(key) || shown.some((each) => credentials.has(each)),
      text,
    )
  }

  #wakeAt(at: number): void {
    if (at >= this.#timerAt) return
    clearTimeout(this.#timer)
    this.#timerAt = at
    const wait = Math.min(Math.max(1, at - this.#now()), TIMER_MILLISECONDS_MAX)
    this.#timer = setTimeout(() => this.#wake(), wait).unref()
  }

  #wake(): void {
    const now = this.#now()
    this.#timerAt = Number.POSITIVE_INFINITY
    const due = new Map<string, Set<string>>()
    let next = Number.POSITIVE_INFINITY
    for (const [credential, end] of this.#ends) {
      const { endsAt, text, isOver } = end
      if (endsAt + REMEMBER_MILLISECONDS <= now && isOver) {
        this.#ends.delete(credential)
        continue
      }
      if (endsAt <= now && !isOver) {
        end.isOver = true
        due.set(text, (due.get(text) ?? new Set()).add(credential))
      }
      next = Math.min(next, end.isOver ? endsAt + REMEMBER_MILLISECONDS : endsAt)
    }
    for (const [text, credentials] of due) this.#end(credentials, text)
    if (next < Number.POSITIVE_INFINITY) this.#wakeAt(next)
  }
}
