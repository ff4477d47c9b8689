import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { decodeRow, isSameSum, type Row, SqliteTarget, StoreUnavailableError, sumTable } from '@pillion/store'
import { openDataFolder } from '../data-folder.ts'
import type { CopyOptions } from './copy-options.ts'
import { type BackupFile, type BackupTable, damaged, type Manifest } from './manifest.ts'
import { readBackup } from './read-backup.ts'
import { sharedNames, sharedPaths, writeShared } from './shared-files.ts'
import { databaseFile } from './store-address.ts'

/** A batch of rows ends with either. */
const BATCH_ROWS = 500
const BATCH_CHARACTERS = 4 * 1024 * 1024

/**
 * Makes of a backup the data folder of a node that is alone, in a new folder. What it holds was read back from there, and is
 * what the backup says. If this fails the folder is worth nothing.
 * @throws {CopyError} BACKUP_FOREIGN, BACKUP_DAMAGED, BACKUP_NEWER
 */
export async function unpack(
  file: string,
  folder: string,
  { onProgress, signal }: Pick<CopyOptions, 'onProgress' | 'signal'>,
): Promise<Manifest> {
  let target: SqliteTarget | undefined
  try {
    const manifest = await readBackup(file, {
      async manifest(manifest) {
        target = await SqliteTarget.create(databaseFile(folder), manifest.migration)
        await refuseOtherTables(target, manifest)
      },
      async table(table, content) {
        for await (const { rows, so } of readRows(table, content)) {
          signal?.throwIfAborted()
          await target?.insert(table, rows).catch((error) => {
            if (error instanceof StoreUnavailableError) throw error
            throw damaged(`a row of ${table.name} is not accepted: ${(error as Error).message}`, error)
          })
          onProgress?.({ step: 'checking', table: table.name, rows: so, rowsTotal: table.rows })
        }
        await target?.setLastNumber(table, table.lastNumber)
      },
      file: (entry, content) => writeFile(folder, entry, content),
    })
    await refuseOtherSums(target, manifest)
    await finish(target, folder)
    return manifest
  } finally {
    await target?.[Symbol.asyncDispose]()
  }
}

async function refuseOtherTables(target: SqliteTarget, { tables }: Manifest): Promise<void> {
  const describe = (name: string, columns: readonly string[]) => `${name}: ${columns.toSorted().join(' ')}`
  const known = (await target.listTables()).map(({ name, columns }) => describe(name, columns)).sort()
  const found = tables.map(({ name, columns }) => describe(name, Object.keys(columns))).sort()
  if (known.join('\n') !== found.join('\n')) throw damaged('its tables are not those of its version')
}

async function refuseOtherSums(target: SqliteTarget | undefined, { tables }: Manifest): Promise<void> {
  if (target === undefined) return
  for (const table of tables) {
    if (!isSameSum(await sumTable(target.source, table), table))
      throw damaged(`${table.name} does not come out as it was written`)
  }
}

/** The tables become those of this version; what nodes shared stands in files again, where one that is alone looks. */
async function finish(target: SqliteTarget | undefined, folder: string): Promise<void> {
  await target?.bringUpToDate()
  const secrets = await target?.takeSecrets(sharedNames)
  await target?.close()
  const data = await openDataFolder(folder)
  for (const name of sharedNames) {
    const value = secrets?.get(name)
    if (value !== undefined) await writeShared(data, name, Buffer.from(value).toString())
  }
}

async function writeFile(
  folder: string,
  { path }: BackupFile,
  content: AsyncIterable<Buffer>,
): Promise<void> {
  const isShared = sharedPaths.some((known) => known === path)
  if (!isShared && !path.startsWith('apps/')) throw damaged(`it holds ${path}, which no backup does`)
  const file = join(folder, path)
  const mode = isShared && path !== 'ca/certificate.pem' ? 0o600 : 0o644
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await pipeline(content, createWriteStream(file, { mode, flags: 'wx' }))
}

/** `so`: rows so far. */
async function* readRows(
  table: BackupTable,
  content: AsyncIterable<Buffer>,
): AsyncGenerator<{ rows: Row[]; so: number }> {
  let rows: Row[] = []
  let characters = 0
  let so = 0
  for await (const line of splitLines(content)) {
    const row = decodeRow(table, line)
    if (row === undefined) throw damaged(`a line of ${table.name} is no row`)
    rows.push(row)
    characters += line.length
    if (rows.length < BATCH_ROWS && characters < BATCH_CHARACTERS) continue
    so += rows.length
    yield { rows, so }
    rows = []
    characters = 0
  }
  if (rows.length > 0) yield { rows, so: so + rows.length }
}

async function* splitLines(content: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer[] = []
  for await (const chunk of content) {
    let start = 0
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      const piece = chunk.subarray(start, end)
      yield rest.length === 0 ? piece.toString() : Buffer.concat([...rest, piece]).toString()
      rest = []
      start = end + 1
    }
    if (start < chunk.length) rest.push(chunk.subarray(start))
  }
  if (rest.length > 0) yield Buffer.concat(rest).toString()
}
