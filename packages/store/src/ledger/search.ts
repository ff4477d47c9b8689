import { setImmediate } from 'node:timers/promises'
import { firstIdAt, type LedgerQuery } from '@pillion/ledger'
import type { Kysely, Selectable } from 'kysely'
import type { Database } from '../database.ts'
import type { MessageRecordTable } from './ledger-tables.ts'
import { withoutNul } from './rows.ts'

/** Rows looked at in one statement, which holds up the event loop, or a connection; and for one page. */
const PORTION_ROWS = 1_000
const SCAN_ROWS_MAX = 50_000

type Candidate = Pick<Selectable<MessageRecordTable>, 'id' | Column>
type Column = (typeof columns)[keyof typeof columns]

/** In the order in which the first that is asked for leads the search: by its index, rows are read one after another. */
const columns = {
  receipt: 'receipt',
  pushMessageID: 'push_message_id',
  receiver: 'receiver',
  vin: 'vin',
  topic: 'topic',
  idApp: 'id_app',
  appID: 'app_id',
  uid: 'uid',
  state: 'state',
} as const satisfies Partial<Record<keyof LedgerQuery, keyof MessageRecordTable>>

/** Of one value of these there may be more records than of one reason. */
const wide: ReadonlySet<Column> = new Set(['id_app', 'app_id', 'uid', 'state'])

/** A page may hold fewer than asked for, and have a next one: rows that do not match are passed over in portions, bounded. */
export async function searchIds(
  db: Kysely<Database>,
  query: LedgerQuery,
): Promise<{ ids: string[]; next: string | undefined }> {
  const wanted = listWanted(query)
  const isNarrow = wanted.length + (query.reason === undefined ? 0 : 1) > 1
  const portionRows = isNarrow ? PORTION_ROWS : query.count + 1
  const ids: string[] = []
  let before = earlier(query.before, query.until === undefined ? undefined : firstIdAt(query.until))
  for (let scanned = 0; ; scanned += portionRows) {
    const candidates = await readCandidates(db, query, wanted, before, portionRows)
    for (const id of await filter(db, candidates, query, wanted)) {
      if (ids.length === query.count) return { ids, next: ids.at(-1) }
      ids.push(id)
    }
    before = candidates.at(-1)?.id
    if (candidates.length < portionRows) return { ids, next: undefined }
    if (scanned >= SCAN_ROWS_MAX) return { ids, next: before }
    await setImmediate()
  }
}

type Wanted = readonly (readonly [Column, string])[]

function listWanted(query: LedgerQuery): Wanted {
  return (Object.keys(columns) as (keyof typeof columns)[]).flatMap((field) => {
    const value = query[field]
    return value === undefined ? [] : [[columns[field], withoutNul(value)] as const]
  })
}

/** Newest first. */
async function readCandidates(
  db: Kysely<Database>,
  { since, reason }: LedgerQuery,
  [leading]: Wanted,
  before: string | undefined,
  count: number,
): Promise<Candidate[]> {
  const notBefore = since === undefined ? '' : firstIdAt(since)
  if (reason !== undefined && (leading === undefined || wide.has(leading[0]))) {
    const found = await db
      .selectFrom('message_step')
      .where('reason', '=', withoutNul(reason))
      .$if(before !== undefined, (select) => select.where('id', '<', before as string))
      .where('id', '>=', notBefore)
      .select('id')
      .distinct()
      .orderBy('id', 'desc')
      .limit(count)
      .execute()
    return readColumns(
      db,
      found.map(({ id }) => id),
    )
  }
  return db
    .selectFrom('message_record')
    .$if(leading !== undefined, (select) => {
      const [column, value] = leading as Wanted[number]
      return select.where(column, '=', value)
    })
    .$if(before !== undefined, (select) => select.where('id', '<', before as string))
    .where('id', '>=', notBefore)
    .select(['id', ...Object.values(columns)])
    .orderBy('id', 'desc')
    .limit(count)
    .execute()
}

async function readColumns(db: Kysely<Database>, ids: readonly string[]): Promise<Candidate[]> {
  if (ids.length === 0) return []
  return db
    .selectFrom('message_record')
    .where('id', 'in', ids)
    .select(['id', ...Object.values(columns)])
    .orderBy('id', 'desc')
    .execute()
}

async function filter(
  db: Kysely<Database>,
  candidates: readonly Candidate[],
  { reason }: LedgerQuery,
  wanted: Wanted,
): Promise<string[]> {
  const ids = candidates
    .filter((candidate) => wanted.every(([column, value]) => candidate[column] === value))
    .map(({ id }) => id)
  if (reason === undefined || ids.length === 0) return ids
  const rows = await db
    .selectFrom('message_step')
    .where('id', 'in', ids)
    .where('reason', '=', withoutNul(reason))
    .select('id')
    .execute()
  const having = new Set(rows.map(({ id }) => id))
  return ids.filter((id) => having.has(id))
}

function earlier(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a < b ? a : b
}
