import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { type OnQuery, type OpenStore, openPostgres, openSqlite } from '@pillion/store'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { withoutCredentials } from '../config-keys.ts'
import type { DataFolder } from '../data-folder.ts'
import { createPreflight, type PreflightOptions } from './preflight.ts'
import { explainFileError, explainStoreError } from './store-unusable.ts'

/** The database that belongs to this data folder is not there; starting with an empty one would hide that. */
export class StoreMissingError extends Error {
  override readonly name = 'StoreMissingError'
}

/**
 * PostgreSQL if there is an address of one, otherwise the file in the data folder.
 * @throws {StoreMissingError} the data folder was in use with another database
 * @throws {StoreUnusableError}
 */
export async function openStore(
  { database }: Config,
  data: DataFolder,
  log: Logger,
  onQuery?: OnQuery,
): Promise<OpenStore> {
  const preflight = { mode: database.migrate, url: withoutCredentials(database.url), log }
  if (database.url === '') return openFile(data, preflight, onQuery)
  const { url, poolMax, caFile } = database
  try {
    return await openPostgres({
      url,
      poolMax,
      ...(caFile === '' ? {} : { tls: { caFile } }),
      log,
      onQuery,
      preflight: createPreflight(preflight),
    })
  } catch (error) {
    throw explainStoreError(error, url)
  }
}

async function openFile(
  data: DataFolder,
  preflight: Omit<PreflightOptions, 'file'>,
  onQuery: OnQuery | undefined,
): Promise<OpenStore> {
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
  try {
    return await openSqlite({ file, onQuery, preflight: createPreflight({ ...preflight, file }) })
  } catch (error) {
    throw explainFileError(error, file)
  }
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
