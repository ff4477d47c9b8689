import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { CopyError, type Filled } from '@pillion/store'
import { openDataFolder } from '../data-folder.ts'
import { refuseSecondServer } from '../server-file.ts'
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
  if (!existsSync(databaseFile(folder)))
    throw new CopyError('STORE_MISSING', `There is no database ${databaseFile(folder)}.`)
  await refuseSecondServer(await openDataFolder(folder))
  return copyFolder(folder, options)
}
