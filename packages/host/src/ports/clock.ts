/** Time as the host sees it; the manual clock of `@pillion/testkit` turns it by hand. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number
  /** Calls back once after `milliseconds`, never before `after` has returned. The result cancels it; cancelling twice does nothing. */
  after(milliseconds: number, callback: () => void): () => void
}
