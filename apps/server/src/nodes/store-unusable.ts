import { describeCause, StoreUnavailableError } from '@pillion/store'

/** The database could not be used; the message says where it was looked for, and what it or the network said. */
export class StoreUnusableError extends Error {
  override readonly name = 'StoreUnusableError'
}

/** What is known about it, if it came of the PostgreSQL at `url`; otherwise the error as it is. */
export function explainStoreError(error: unknown, url: string): unknown {
  if (url === '' || !isOfPostgres(error)) return error
  // Without the user and the password of the address.
  const { host, pathname } = new URL(url)
  return new StoreUnusableError(
    `The database cannot be used (${host}${pathname}): ${describe(error)}. Check database.url, and that PostgreSQL lets this machine in.`,
    { cause: error },
  )
}

/** Likewise of SQLite in `file`. */
export function explainFileError(error: unknown, file: string): unknown {
  const cause = error instanceof StoreUnavailableError ? error.cause : error
  if ((cause as { code?: unknown } | undefined)?.code !== 'ERR_SQLITE_ERROR') return error
  return new StoreUnusableError(
    `The database ${file} cannot be used: ${describeCause(cause)}. Make room if its disk is full. If the file is damaged, move the data directory away and bring it back from a backup (\`pillion restore\`).`,
    { cause: error },
  )
}

/** What `code` says: unavailable, or an SQLSTATE, such as that of a user who may not make tables. Those of the system begin with E. */
function isOfPostgres(error: unknown): error is Error {
  if (!(error instanceof Error && 'code' in error)) return false
  if ((error.cause as { code?: unknown } | undefined)?.code === 'ERR_SQLITE_ERROR') return false
  return /^(STORE_UNAVAILABLE|[0-9FHPX][0-9A-Z]{4})$/.test(String(error.code))
}

function describe(error: Error): string {
  const text = describeCause(error.cause ?? error)
  // What pg says when it is asked for a password and has none.
  return text.includes('client password must be a string') ? 'it wants a password, and none was given' : text
}
