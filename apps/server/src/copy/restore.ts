import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import {
  type CopiedTable,
  CopyError,
  type DatabaseKind,
  emptyTables,
  openSqlite,
  refuseNewer,
} from '@pillion/store'
import { openDataFolder } from '../data-folder.ts'
import { makeFolder } from '../make-folder.ts'
import { InstalledApps } from '../packages/installed-apps.ts'
import { readArchive } from '../packages/read-archive.ts'
import { sharedLimits } from '../packages/shared-packages.ts'
import { LOCK_FILE } from '../server-file.ts'
import { copyFolder } from './copy-folder.ts'
import type { CopyOptions } from './copy-options.ts'
import type { Manifest } from './manifest.ts'
import { readBackup } from './read-backup.ts'
import { databaseFile, usesPostgres } from './store-address.ts'
import { unpack } from './unpack.ts'
import { writeInto } from './write-into.ts'

export interface RestoreOptions extends CopyOptions {
  readonly file: string
}

export interface Restored {
  readonly database: DatabaseKind
  /** ISO 8601. */
  readonly backedUpAt: string
  readonly tables: readonly CopiedTable[]
  /** PostgreSQL held exactly this before. */
  readonly wasFilled: boolean
}

/** Where it is built; what an earlier run left there goes. */
const PART = 'restoring'

/**
 * Restores a backup, of either database, into an empty data folder, or into an empty PostgreSQL if `database.url` names one; the
 * data folder is left alone then. All or nothing, and what was killed half way can be run again.
 * @throws {CopyError}
 */
export async function restore(options: RestoreOptions): Promise<Restored> {
  if (usesPostgres(options.config)) return writeInto(tmpdir(), () => restoreToPostgres(options))
  return writeInto(resolve(options.config.data), () => restoreToFolder(options))
}

async function restoreToFolder(options: RestoreOptions): Promise<Restored> {
  const folder = resolve(options.config.data)
  const leftovers = await listLeftovers(folder)
  await check(options)
  for (const name of leftovers) await rm(join(folder, name), { recursive: true })
  const isNew = await makeFolder(folder)
  const part = join(folder, PART)
  await mkdir(part, { mode: 0o700 })
  const manifest = await build(part, options).catch(async (error) => {
    await rm(isNew ? folder : part, { recursive: true })
    throw error
  })
  await moveUp(part, folder)
  await rm(part, { recursive: true })
  return { database: 'SQLite', wasFilled: false, ...describe(manifest) }
}

async function build(part: string, options: RestoreOptions): Promise<Manifest> {
  const manifest = await unpack(options.file, part, { ...options, onProgress: writing(options) })
  await installPackages(part)
  return manifest
}

/** By way of a folder of the kind that `migrate` takes. */
async function restoreToPostgres(options: RestoreOptions): Promise<Restored> {
  await check(options)
  const part = await mkdtemp(join(tmpdir(), 'pillion-restore-'))
  try {
    const manifest = await unpack(options.file, part, options)
    const { wasFilled } = await copyFolder(part, options)
    return { database: 'PostgreSQL', wasFilled, ...describe(manifest) }
  } finally {
    await rm(part, { recursive: true, force: true })
  }
}

/** Every byte of it, before anything is touched. */
async function check({ file, signal, onProgress }: RestoreOptions): Promise<void> {
  await readBackup(
    file,
    {
      manifest: async ({ migration }) => refuseNewer(migration),
      async table({ name, rows }, content) {
        onProgress?.({ step: 'checking', table: name, rows, rowsTotal: rows })
        for await (const _ of content);
      },
    },
    signal,
  )
}

function writing({ onProgress }: RestoreOptions): CopyOptions['onProgress'] {
  return onProgress && ((progress) => onProgress({ ...progress, step: 'writing' }))
}

function describe({ createdAt, tables }: Manifest): Pick<Restored, 'backedUpAt' | 'tables'> {
  return {
    backedUpAt: createdAt,
    tables: tables.map(({ name, rows, sha256 }) => ({ name, rows, sha256 })),
  }
}

/** In this order: a server refuses a folder with a token and no database, and the database comes last. */
const restored = ['admin-token', 'endpoint-key', 'factor-key', 'ca', 'apps', 'pillion.db']

async function moveUp(part: string, folder: string): Promise<void> {
  for (const name of restored)
    if (existsSync(join(part, name))) await rename(join(part, name), join(folder, name))
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}

/**
 * What an earlier run that was killed has left in the folder.
 * @throws {CopyError} TARGET_NOT_EMPTY
 */
async function listLeftovers(folder: string): Promise<string[]> {
  const found = existsSync(folder) ? await readdir(folder) : []
  // Volumes come with the one; a server that did not start on the folder has left the other.
  const names = found.filter((name) => name !== 'lost+found' && name !== LOCK_FILE)
  const isInterrupted = names.includes(PART) && !existsSync(databaseFile(folder))
  const others = names.filter((name) => !isInterrupted || (name !== PART && !restored.includes(name)))
  if (others.length === 0) return names
  throw new CopyError(
    'TARGET_NOT_EMPTY',
    `${folder} is not empty: it holds ${others.slice(0, 3).join(', ')}${others.length > 3 ? ', …' : ''}. Choose another directory with --data.`,
  )
}

/** Several nodes keep packages in the store; one that is alone keeps them in files, and only there. */
async function installPackages(folder: string): Promise<void> {
  const installedApps = new InstalledApps(await openDataFolder(folder), sharedLimits)
  const file = databaseFile(folder)
  const store = await openSqlite({ file })
  try {
    for (const { idApp, installation } of await store.packages.list()) {
      const archive = await store.packages.read(installation)
      await installedApps.install(idApp, await readArchive(archive, sharedLimits))
    }
  } finally {
    await store.close()
  }
  await emptyTables(file, ['app_package', 'app_package_part'])
}
