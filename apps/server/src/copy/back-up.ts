import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import {
  type CopiedTable,
  CopyError,
  type DatabaseKind,
  latestMigration,
  RunningSum,
  readStore,
  type StoreAddress,
  type StoreSource,
  type TableShape,
  tableShapes,
} from '@pillion/store'
import { create } from 'tar'
import packageJson from '../../package.json' with { type: 'json' }
import type { CopyOptions } from './copy-options.ts'
import {
  type BackupFile,
  type BackupTable,
  FORMAT,
  FORMAT_VERSION,
  fileMember,
  MANIFEST,
  type Manifest,
  tableMember,
} from './manifest.ts'
import { sharedPaths } from './shared-files.ts'
import { stageApps } from './stage-apps.ts'
import { databaseFile, postgresOptions, usesPostgres } from './store-address.ts'
import { unpack } from './unpack.ts'
import { writeInto } from './write-into.ts'

export interface BackUpOptions extends CopyOptions {
  readonly file: string
  /** Restores it in a temporary place before it gets its name. Default true. */
  readonly isVerified?: boolean
  /** Takes the place of a file that is there. */
  readonly isForced?: boolean
}

export interface BackedUp {
  readonly file: string
  readonly bytes: number
  readonly database: DatabaseKind
  readonly tables: readonly CopiedTable[]
  readonly files: number
  readonly isVerified: boolean
}

/**
 * Writes everything that lasts into one file, while servers may run: the store in one consistent state, the files of the data
 * folder that another machine needs. The file appears when it is whole and, unless told otherwise, was restored for a trial.
 * @throws {CopyError}
 */
export async function backUp(options: BackUpOptions): Promise<BackedUp> {
  const file = resolve(options.file)
  if (existsSync(file) && options.isForced !== true)
    throw new CopyError('FILE_EXISTS', `${file} is there already. Choose another name, or add --force.`)
  return writeInto(dirname(file), () => backUpTo(file, options))
}

async function backUpTo(file: string, options: BackUpOptions): Promise<BackedUp> {
  // Beside the file: there is room for it, and a rename is all that is left at the end.
  const beside = await mkdtemp(`${file}.partial-`)
  try {
    const manifest = await stage(beside, options)
    const archive = join(beside, 'backup.tar.gz')
    await pack(join(beside, 'members'), manifest, archive, options)
    if (options.isVerified !== false) await verify(archive, beside, options)
    const { size } = await stat(archive)
    await rename(archive, file)
    await syncFolder(dirname(file))
    const tables = manifest.tables.map(({ name, rows, sha256 }) => ({ name, rows, sha256 }))
    const { database, files } = manifest
    const isVerified = options.isVerified !== false
    return { file, bytes: size, database, tables, files: files.length, isVerified }
  } finally {
    await rm(beside, { recursive: true, force: true })
  }
}

/** Sums and sizes come first in the archive, so its members stand in a folder before. */
async function stage(beside: string, options: BackUpOptions): Promise<Manifest> {
  const folder = join(beside, 'members')
  await mkdir(join(folder, 'tables'), { recursive: true, mode: 0o700 })
  const manifest: Manifest = {
    format: FORMAT,
    formatVersion: FORMAT_VERSION,
    pillion: packageJson.version,
    createdAt: new Date().toISOString(),
    database: usesPostgres(options.config) ? 'PostgreSQL' : 'SQLite',
    migration: latestMigration,
    tables: await readStore(addressOf(options), (source) => stageTables(source, folder, options)),
    files: await stageFiles(resolve(options.config.data), folder),
  }
  await writeFile(join(folder, MANIFEST), JSON.stringify(manifest, undefined, 1), { mode: 0o600 })
  return manifest
}

function addressOf(options: CopyOptions): StoreAddress {
  return usesPostgres(options.config)
    ? postgresOptions(options)
    : { file: databaseFile(resolve(options.config.data)) }
}

async function stageTables(
  source: StoreSource,
  folder: string,
  options: BackUpOptions,
): Promise<BackupTable[]> {
  const tables: BackupTable[] = []
  for (const shape of tableShapes) tables.push(await stageTable(source, shape, folder, options))
  return tables
}

async function stageTable(
  source: StoreSource,
  shape: TableShape,
  folder: string,
  { signal, onProgress }: BackUpOptions,
): Promise<BackupTable> {
  const rowsTotal = await source.count(shape)
  const sum = new RunningSum(shape)
  const member = await open(join(folder, tableMember(shape)), 'wx', 0o600)
  let rows = 0
  try {
    for await (const batch of source.rows(shape)) {
      signal?.throwIfAborted()
      await member.appendFile(sum.add(batch))
      rows += batch.length
      onProgress?.({ step: 'reading', table: shape.name, rows, rowsTotal })
    }
    const { size } = await member.stat()
    return { ...shape, ...sum.end(), bytes: size, lastNumber: await source.lastNumber(shape) }
  } finally {
    await member.close()
  }
}

async function stageFiles(from: string, folder: string): Promise<BackupFile[]> {
  const to = join(folder, 'data')
  await mkdir(join(to, 'ca'), { recursive: true, mode: 0o700 })
  for (const path of sharedPaths) {
    await copyFile(join(from, path), join(to, path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
  }
  await stageApps(from, to)
  const entries = await readdir(to, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(to, join(entry.parentPath, entry.name)).split(sep).join('/'))
  const files: BackupFile[] = []
  for (const path of paths.sort()) files.push({ path, ...(await sumFile(join(to, path))) })
  return files
}

async function sumFile(file: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk as Buffer)
    bytes += (chunk as Buffer).length
  }
  return { bytes, sha256: hash.digest('hex') }
}

async function pack(
  folder: string,
  { tables, files }: Manifest,
  archive: string,
  { signal }: BackUpOptions,
): Promise<void> {
  const members = [MANIFEST, ...tables.map(tableMember), ...files.map(fileMember)]
  const packed = create(
    { cwd: folder, gzip: true, portable: true, noDirRecurse: true, strict: true },
    members,
  )
  const chunks = async function* () {
    for await (const chunk of packed) {
      signal?.throwIfAborted()
      yield chunk as Buffer
    }
  }
  await pipeline(chunks, createWriteStream(archive, { mode: 0o600, flush: true }))
}

/** @throws {CopyError} it would not come back as it went in */
async function verify(archive: string, beside: string, options: BackUpOptions): Promise<void> {
  const folder = join(beside, 'verified')
  await mkdir(folder, { mode: 0o700 })
  await unpack(archive, folder, options)
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  await folder.sync().finally(() => folder.close())
}
