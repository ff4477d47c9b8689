import { CopyError, type DatabaseKind, type TableShape, type TableSum } from '@pillion/store'
import { isRecord } from '../packages/manifest.ts'

export const FORMAT = 'pillion-backup'
export const FORMAT_VERSION = 1
export const MANIFEST = 'manifest.json'

export interface BackupTable extends TableShape, TableSum {
  readonly bytes: number
  /** The highest number that was given to a row; 0: none. */
  readonly lastNumber: number
}

export interface BackupFile {
  /** Below the data folder, parted by `/`. */
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

/** The first member of a backup; the others follow in its order, tables first. */
export interface Manifest {
  readonly format: typeof FORMAT
  readonly formatVersion: typeof FORMAT_VERSION
  /** Version of the program that wrote it. */
  readonly pillion: string
  readonly createdAt: string
  readonly database: DatabaseKind
  /** The last one that had run. */
  readonly migration: string
  readonly tables: readonly BackupTable[]
  readonly files: readonly BackupFile[]
}

export const tableMember = ({ name }: { name: string }) => `tables/${name}.ndjson`
export const fileMember = ({ path }: { path: string }) => `data/${path}`

/** @throws {CopyError} BACKUP_FOREIGN, BACKUP_NEWER, BACKUP_DAMAGED */
export function parseManifest(text: string): Manifest {
  const value = parse(text)
  if (!isRecord(value) || value.format !== FORMAT) throw foreign()
  if (value.formatVersion !== FORMAT_VERSION) {
    const written = `The backup is of format ${value.formatVersion}, written by Pillion ${value.pillion}`
    throw new CopyError('BACKUP_NEWER', `${written}. Restore it with that version, or a later one.`)
  }
  const { migration, tables, files } = value
  const isGood =
    typeof migration === 'string' &&
    Array.isArray(tables) &&
    tables.every(isTable) &&
    Array.isArray(files) &&
    files.every(isFile)
  if (!isGood) throw damaged('its manifest is not whole')
  return value as unknown as Manifest
}

export function foreign(cause?: unknown): CopyError {
  return new CopyError('BACKUP_FOREIGN', 'The file is no backup that Pillion has written.', { cause })
}

export function damaged(what: string, cause?: unknown): CopyError {
  return new CopyError('BACKUP_DAMAGED', `The backup is damaged: ${what}. Nothing was changed.`, { cause })
}

function isTable(value: unknown): boolean {
  if (!isRecord(value) || !isMember(value)) return false
  const { name, columns, key, sequence, rows, lastNumber } = value
  const kinds = isRecord(columns) ? Object.values(columns) : []
  return (
    typeof name === 'string' &&
    isRecord(columns) &&
    kinds.length > 0 &&
    kinds.every((kind) => kind === 'text' || kind === 'number' || kind === 'bytes') &&
    Array.isArray(key) &&
    key.length > 0 &&
    [...key, ...(sequence === undefined ? [] : [sequence])].every((column) =>
      Object.hasOwn(columns, column),
    ) &&
    isCount(rows) &&
    isCount(lastNumber)
  )
}

function isFile(value: unknown): boolean {
  if (!isRecord(value) || !isMember(value) || typeof value.path !== 'string') return false
  const segments = value.path.split('/')
  return !/[\\\0]/.test(value.path) && segments.every((segment) => !['', '.', '..'].includes(segment))
}

function isMember({ bytes, sha256 }: Record<string, unknown>): boolean {
  return isCount(bytes) && typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
