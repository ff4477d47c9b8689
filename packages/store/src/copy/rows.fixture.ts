import type { Row, Value } from './rows.ts'
import { SqliteTarget } from './sqlite-target.ts'
import { batchRowsOf, type TableShape, tableShapes } from './tables.ts'

/** Texts whose order differs by code unit, by code point and by locale. */
const odd = ['A', 'a', 'Z', 'é', '\u{ffee}', '\u{1f697}', "'; --", '"\\']

/** Of rows that are read one or a few at a time, fewer do. */
export function countOf(shape: TableShape, count: number): number {
  return batchRowsOf(shape) < 500 ? 20 : count
}

/** A new SQLite file with `count` rows in every table, and numbers given out beyond them. */
export async function makeStore(file: string, migration: string, count: number): Promise<void> {
  await using target = await SqliteTarget.create(file, migration)
  for (const shape of tableShapes) {
    await target.insert(shape, makeRows(shape, countOf(shape, count)))
    await target.setLastNumber(shape, count + 7)
  }
  await target.close()
}

/** Rows that every constraint takes. */
export function makeRows(shape: TableShape, count: number): Row[] {
  return Array.from({ length: count }, (_, at) => makeRow(shape, at))
}

function makeRow({ name, columns, key }: TableShape, at: number): Row {
  const row: Record<string, Value> = {}
  for (const [column, kind] of Object.entries(columns)) {
    if (kind === 'number') row[column] = at + 1
    else if (kind === 'text') row[column] = textOf(column, at)
    else row[column] = new Uint8Array([0, 255, 10, at, at >> 8])
    const mayBeNull = nullable.has(column) || nullable.has(`${name}.${column}`)
    if (mayBeNull && !key.includes(column) && at % 3 === 0) row[column] = null
  }
  if (name === 'identity') row.name = textOf('uid', at)
  return row
}

function textOf(column: string, at: number): string {
  if (column === 'role') return at % 2 === 0 ? 'partner' : 'vehicle'
  if (column === 'kind') return 'topic'
  // What refers to an identity has to find one.
  const word = column === 'uid' || column === 'vin' ? 'name' : column
  return `${odd[at % odd.length]}${word}${at}`
}

const nullable: ReadonlySet<string> = new Set([
  'replaced_ends_at',
  'replaced_secret_hash',
  'email_key',

  'refresh_hash',
  'creator',
  'mqtt_topic',
  'is_online',
  'last_sign_in_at',
  'factor_secret',
  'factor_since',
  'factor_step',
  'address',
  'target',
  'push_thing.node',
  'receipt',
  'is_popup',
  'counted',
])
