import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { CopyError, type Filled } from '@pillion/store'
import { openDataFolder } from '../data-folder.ts'
import { HeldFolder } from '../server-file.ts'
import { copyFolder } from './copy-folder.ts'
import type { CopyOptions } from './copy-options.ts'
import { databaseFile, postgresOptions } from './store-address.ts'

/**
 * Moves a deployment of one node, from SQLite and the files in its data folder to the PostgreSQL of `database.url`. The folder
 * stays as it is; run again, it does what is left to do.
 * @throws {CopyError} nothing was changed
 * @throws {ConfigError} no `database.url`
 * @throws {DataFolderInUseError} a server runs on the folder
 */
export async function migrateStore(options: CopyOptions): Promise<Filled> {
  postgresOptions(options)
  const folder = resolve(options.config.data)
  refuseMoved(folder)
  if (!existsSync(databaseFile(folder)))
    throw new CopyError('STORE_MISSING', `There is no database ${databaseFile(folder)}.`)
  const held = await HeldFolder.hold(await openDataFolder(folder))
  return copyFolder(folder, options).finally(() => held.release())
}

/** What a server has done since on the shared database is newer than what the file holds. */
function refuseMoved(folder: string): void {
  if (!existsSync(join(folder, 'store-id'))) return
  const left = existsSync(databaseFile(folder))
    ? ' Its pillion.db is from before, and can be moved away. If a server has run on the wrong database, remove the file store-id and migrate into an empty one.'
    : ''
  throw new CopyError(
    'ALREADY_MOVED',
    `${folder} belongs to a shared database already, and nothing was copied: start the server with its database.url.${left}`,
  )
}
