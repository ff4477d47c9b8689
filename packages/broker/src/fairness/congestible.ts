/** Something that messages go to, and that may take them more slowly than they come. */
export interface Congestible {
  /** Told when it has room again, or is gone; undefined if nobody waits. */
  relief: Relief | undefined
  /** What it has taken since the beginning. */
  readonly writtenBytes: number
  /** Whoever takes less while its senders wait is slow, not busy. */
  readonly busyBytes: number
  /** Its senders have waited long enough; until it has room again, nobody waits for it. */
  giveUp(): void
}

export interface Relief {
  relieve(destination: Congestible): void
}
