/**
 * The database does not do its work: it is away, does not answer in time, has no room, or takes no changes. Nothing was wrong
 * with what was asked, and asking again later may help; whether a change was made is unknown only if it was cut off in
 * its last step (`mayBeDone`).
 */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError'
  readonly code = 'STORE_UNAVAILABLE'
  /** May the change have been made all the same? Otherwise nothing was. */
  readonly mayBeDone: boolean

  constructor(cause: unknown, { mayBeDone = false } = {}) {
    super('The database cannot be used right now.', { cause })
    this.mayBeDone = mayBeDone
  }

  /** For logs: with what the database or the network said, which is in no message that may be shown. */
  override toString(): string {
    return `${this.name}: ${this.message} (${describeCause(this.cause)})`
  }
}

/** Node says nothing in the message when a name has several addresses and none of them answered. */
export function describeCause(cause: unknown): string {
  if (cause instanceof AggregateError && cause.message === '') return describeCause(cause.errors[0])
  return cause instanceof Error ? cause.message : String(cause)
}
