import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { appLabel } from '@pillion/fleet'
import {
  type AddedRows,
  type Filled,
  fillPostgres,
  type OpenStore,
  openSqlite,
  type Row,
  readStore,
  toParts,
  withRows,
} from '@pillion/store'
import { type DataFolder, openDataFolder } from '../data-folder.ts'
import { InstalledApps } from '../packages/installed-apps.ts'
import { packApp } from '../packages/pack-app.ts'
import { sharedLimits } from '../packages/shared-packages.ts'
import type { CopyOptions } from './copy-options.ts'
import { readShared, sharedNames } from './shared-files.ts'
import { databaseFile, postgresOptions } from './store-address.ts'

/**
 * Fills an empty PostgreSQL with everything that the data folder of a node holds, which is not running: its database, what
 * nodes share, and the packages of vehicle apps. All or nothing; the folder stays as it is.
 * @throws {CopyError}
 */
export async function copyFolder(folder: string, options: CopyOptions): Promise<Filled> {
  const data = await openDataFolder(folder)
  const file = databaseFile(data.path)
  const store = await openSqlite({ file })
  const added = await listAdded(data, store, options.log).finally(() => store.close())
  const onProgress = options.onProgress
  return readStore({ file, isHeld: true }, (source) =>
    fillPostgres(postgresOptions(options), withRows(source, added), {
      onProgress: onProgress && ((progress) => onProgress({ step: 'writing', ...progress })),
      signal: options.signal,
    }),
  )
}

async function listAdded(data: DataFolder, store: OpenStore, log: CopyOptions['log']): Promise<AddedRows[]> {
  return [...(await listSecrets(data)), ...(await listPackages(data, store, log))]
}

async function listSecrets(data: DataFolder): Promise<AddedRows[]> {
  const added: AddedRows[] = []
  for (const name of sharedNames) {
    const text = await readShared(data, name)
    if (text !== undefined) added.push(addRow('shared_secret', name, { name, value: toBytes(text) }))
  }
  return added
}

/** Several nodes find packages in the store; one that is alone has them in files only, and has no archive of them any more. */
async function listPackages(
  data: DataFolder,
  store: OpenStore,
  log: CopyOptions['log'],
): Promise<AddedRows[]> {
  const installedApps = new InstalledApps(data, sharedLimits)
  const added: AddedRows[] = []
  for (const { idApp } of await store.fleet.apps.listApps()) {
    const installed = await installedApps.find(idApp)
    if (installed === undefined || (await store.packages.find(idApp)) !== undefined) continue
    const { version, installation } = installed
    const folder = join(data.path, 'apps', appLabel(idApp))
    const created_at = Math.floor((await stat(join(folder, 'installed.json'))).mtimeMs)
    const pack = () => packApp(join(folder, installation), idApp)
    const archive = await pack().catch((error: Error) => {
      log.warn({ error }, `The package of ${idApp} cannot be read and is left out: ${error.message}.`)
    })
    if (archive === undefined) continue
    const sha256 = toBytes(createHash('sha256').update(archive).digest())
    added.push(addRow('app_package', idApp, { id_app: idApp, installation, version, sha256, created_at }))
    added.push({
      table: 'app_package_part',
      key: [installation],
      async *create() {
        // Made again: all of them together may be too much to hold.
        for (const [number, content] of toParts(await pack()).entries())
          yield { installation, number, content, created_at }
      },
    })
  }
  return added
}

function addRow(table: string, key: string, row: Row): AddedRows {
  return {
    table,
    key: [key],
    async *create() {
      yield row
    },
  }
}

function toBytes(content: string | Buffer): Uint8Array {
  return new Uint8Array(Buffer.from(content as string))
}
