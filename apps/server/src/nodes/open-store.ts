import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { type OpenStore, openPostgres, openSqlite } from '@pillion/store'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { DataFolder } from '../data-folder.ts'

/** The database that belongs to this data folder is not there; starting with an empty one would hide that. */
export class StoreMissingError extends Error {
  override readonly name = 'StoreMissingError'
}

/** PostgreSQL did not let the server start; the message says where it was looked for, and what it or the network said. */
export class StoreUnusableError extends Error {
  override readonly name = 'StoreUnusableError'
}

/**
 * PostgreSQL if there is an address of one, otherwise the file in the data folder.
 * @throws {StoreMissingError} the data folder was in use with another database
 * @throws {StoreUnusableError}
 */
export async function openStore({ database }: Config, data: DataFolder, log: Logger): Promise<OpenStore> {
  if (database.url === '') return openFile(data)
  const { url, poolMax, caFile } = database
  try {
    return await openPostgres({ url, poolMax, ...(caFile === '' ? {} : { tls: { caFile } }), log })
  } catch (error) {
    throw isOfDatabase(error) ? unusable(url, error) : error
  }
}

/** What `code` says: unavailable, or an SQLSTATE, such as that of a user who may not make tables. */
function isOfDatabase(error: unknown): error is Error {
  return (
    error instanceof Error && 'code' in error && /^(STORE_UNAVAILABLE|[0-9A-Z]{5})$/.test(String(error.code))
  )
}

/** Without the user and the password of the address. */
function unusable(url: string, error: Error): StoreUnusableError {
  const { host, pathname } = new URL(url)
  return new StoreUnusableError(
    `The database cannot be used (${host}${pathname}): ${describeCause(error.cause ?? error)}. Check database.url, and that PostgreSQL lets this machine in.`,
    { cause: error },
  )
}

/** Node says nothing in the message when a name has several addresses and none of them answered. */
function describeCause(cause: unknown): string {
  if (cause instanceof AggregateError && cause.message === '') return describeCause(cause.errors[0])
  const text = cause instanceof Error ? cause.message : String(cause)
  // What pg says when it is asked for a password and has none.
  return text.includes('client password must be a string') ? 'it wants a password, and none was given' : text
}

async function openFile(data: DataFolder): Promise<OpenStore> {
  const file = join(data.path, 'pillion.db')
  if ((await data.read('store-id')) !== undefined) {
    throw new StoreMissingError(
      `${data.path} was in use with a shared database, and database.url does not say which. Set it. To go back to what pillion.db held before, remove the file store-id.`,
    )
  }
  if (!(await exists(file)) && (await data.read('admin-token')) !== undefined) {
    throw new StoreMissingError(
      `${data.path} was in use, but its database pillion.db is not there. Bring it back from a backup (pillion restore), set database.url if it is in PostgreSQL, or choose an empty directory with --data.`,
    )
  }
  return openSqlite({ file })
}

/**
 * A shared database says which one it is, and the data folder remembers.
 * @throws {StoreMissingError}
 */
export async function refuseOtherStore(data: DataFolder, storeId: string): Promise<void> {
  const known = (await data.read('store-id'))?.trim()
  if (known === undefined) return data.write('store-id', `${storeId}\n`)
  if (known === storeId) return
  throw new StoreMissingError(
    `${data.path} was in use with another database than the one of database.url, which may be empty. Set database.url to the right one, or choose an empty directory with --data.`,
  )
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file)
    return true
  } catch {
    return false
  }
}
