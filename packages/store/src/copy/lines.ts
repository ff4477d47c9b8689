import { createHash } from 'node:crypto'
import type { Row, Value } from './rows.ts'
import type { ColumnKind, TableShape } from './tables.ts'

/** One line of JSON, bytes as base64. The same row gives the same line, whichever database it is from. */
export function encodeRow({ columns }: TableShape, row: Row): string {
  const values: Record<string, Value> = {}
  for (const [column, kind] of Object.entries(columns)) {
    const value = row[column] ?? null
    values[column] = kind === 'bytes' && value !== null ? toBase64(value as Uint8Array) : value
  }
  return `${JSON.stringify(values)}\n`
}

/** undefined: it is no row of the table. */
export function decodeRow({ columns }: TableShape, line: string): Row | undefined {
  const values = parse(line)
  const kinds = Object.entries(columns)
  if (values === undefined || Object.keys(values).length !== kinds.length) return undefined
  const row: Record<string, Value> = {}
  for (const [column, kind] of kinds) {
    const value = decode(values[column], kind)
    if (value === undefined) return undefined
    row[column] = value
  }
  return row
}

export interface TableSum {
  readonly rows: number
  /** Of its lines in the order of its key, in hex. */
  readonly sha256: string
}

/** Counts and sums what passes by. */
export class RunningSum {
  readonly #shape: TableShape
  readonly #hash = createHash('sha256')
  #rows = 0

  constructor(shape: TableShape) {
    this.#shape = shape
  }

  /** The lines of the rows. */
  add(rows: readonly Row[]): string {
    this.#rows += rows.length
    const lines = rows.map((row) => encodeRow(this.#shape, row)).join('')
    this.#hash.update(lines)
    return lines
  }

  end(): TableSum {
    return { rows: this.#rows, sha256: this.#hash.digest('hex') }
  }
}

export function isSameSum(a: TableSum, b: TableSum): boolean {
  return a.rows === b.rows && a.sha256 === b.sha256
}

function decode(value: unknown, kind: ColumnKind): Value | undefined {
  if (value === null) return null
  if (kind === 'number') return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined
  if (typeof value !== 'string') return undefined
  return kind === 'text' ? value : new Uint8Array(Buffer.from(value, 'base64'))
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function toBase64({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64')
}
