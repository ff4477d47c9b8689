/**
 * The database does not do its work: it is away, does not answer in time, has no room, or takes no changes. Nothing was wrong
 * with what was asked, and asking again later may help; whether a change was made is unknown only if `commit` was cut off.
 */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError'
  readonly code = 'STORE_UNAVAILABLE'

  constructor(cause: unknown) {
    super('The database cannot be used right now.', { cause })
  }
}
