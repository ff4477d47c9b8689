import { type Kysely, sql } from 'kysely'
import { openPostgres, type PostgresOptions } from '../postgres/open-postgres.ts'
import { CopyError } from './copy-error.ts'
import { isSameSum, RunningSum, type TableSum } from './lines.ts'
import { connectForCopy } from './read-store.ts'
import { insertRows, type Tables } from './rows.ts'
import { type StoreSource, sumTable, TransactionSource } from './source.ts'
import { type TableShape, tableShapes } from './tables.ts'

export interface CopyProgress {
  readonly table: string
  /** So far. */
  readonly rows: number
  readonly rowsTotal: number
}

export interface CopyWatch {
  readonly onProgress?: ((progress: CopyProgress) => void) | undefined
  /** Nothing is changed when it is aborted before the end. */
  readonly signal?: AbortSignal | undefined
  /** How long to wait for others that are writing to the target. */
  readonly lockMilliseconds?: number | undefined
}

export interface CopiedTable extends TableSum {
  readonly name: string
}

export interface Filled {
  readonly tables: readonly CopiedTable[]
  /** The database held exactly this before; nothing was written. */
  readonly wasFilled: boolean
}

/**
 * Fills an empty PostgreSQL, in one transaction: whoever is killed half way has written nothing, nobody ever sees half of it, and
 * it is committed only if every table read back gives the same sum. One that holds the same already is left as it is.
 * @throws {CopyError} TARGET_NOT_EMPTY, TARGET_BUSY, ROW_REFUSED, COPY_DIFFERS
 */
export async function fillPostgres(
  options: PostgresOptions,
  source: StoreSource,
  watch: CopyWatch = {},
): Promise<Filled> {
  // Tables first, as a server makes them.
  await openPostgres(options).then((store) => store.close())
  const db = await connectForCopy(options)
  try {
    return await db.transaction().execute(async (db) => {
      await lockTables(db, watch.lockMilliseconds ?? LOCK_MILLISECONDS)
      const target = new TransactionSource('PostgreSQL', db)
      const held = await listHeld(target)
      if (held.length > 0) return { tables: await compare(source, target, held, watch), wasFilled: true }
      const tables: CopiedTable[] = []
      for (const shape of tableShapes) tables.push(await fillTable(db, source, target, shape, watch))
      // Plans are good from the first query on.
      await sql`analyze ${tableNames}`.execute(db)
      return { tables, wasFilled: false }
    })
  } finally {
    await db.destroy()
  }
}

/** A copy that was killed lets go within moments. */
const LOCK_MILLISECONDS = 10_000
const tableNames = sql.join(tableShapes.map(({ name }) => sql.table(name)))

async function lockTables(db: Kysely<Tables>, milliseconds: number): Promise<void> {
  await sql`set local lock_timeout = ${sql.lit(milliseconds)}`.execute(db)
  try {
    await sql`lock table ${tableNames} in exclusive mode`.execute(db)
  } catch (cause) {
    if (codeOf(cause) !== '55P03') throw cause
    const text = 'Somebody is writing to the database: a server, or another copy into it. Stop that first.'
    throw new CopyError('TARGET_BUSY', text, { cause })
  }
}

async function listHeld(target: StoreSource): Promise<string[]> {
  const held: string[] = []
  for (const shape of tableShapes) {
    const rows = await target.count(shape)
    if (rows > 0) held.push(`${shape.name} (${rows})`)
  }
  return held
}

/** @throws {CopyError} at the first difference */
async function compare(
  source: StoreSource,
  target: StoreSource,
  held: readonly string[],
  watch: CopyWatch,
): Promise<CopiedTable[]> {
  const tables: CopiedTable[] = []
  for (const shape of tableShapes) {
    watch.signal?.throwIfAborted()
    const sum = await sumTable(source, shape)
    if (!isSameSum(sum, await sumTable(target, shape))) {
      throw new CopyError(
        'TARGET_NOT_EMPTY',
        `The database holds something else already, in ${held.join(', ')}. Give it an empty one.`,
      )
    }
    tables.push({ name: shape.name, ...sum })
  }
  return tables
}

async function fillTable(
  db: Kysely<Tables>,
  source: StoreSource,
  target: StoreSource,
  shape: TableShape,
  { signal, onProgress }: CopyWatch,
): Promise<CopiedTable> {
  const { name } = shape
  const rowsTotal = await source.count(shape)
  const sum = new RunningSum(shape)
  let rows = 0
  for await (const batch of source.rows(shape)) {
    signal?.throwIfAborted()
    await insertRows(db, shape, batch).catch((error) => refuseRows(error, shape))
    sum.add(batch)
    rows += batch.length
    onProgress?.({ table: name, rows, rowsTotal })
  }
  await setLastNumber(db, shape, await source.lastNumber(shape))
  const written = sum.end()
  if (!isSameSum(written, await sumTable(target, shape)))
    throw new CopyError('COPY_DIFFERS', `What the database gives back of ${name} is not what it was given.`)
  return { name, ...written }
}

/** A number is never used twice, even if its row is gone: what belonged to that row may still be there. */
async function setLastNumber(
  db: Kysely<Tables>,
  { name, sequence }: TableShape,
  last: number,
): Promise<void> {
  if (sequence === undefined || last === 0) return
  await sql`select setval(pg_get_serial_sequence(${name}, ${sequence}), ${last})`.execute(db)
}

/** Data exceptions (22), such as a text with a zero byte, and broken constraints (23). */
function refuseRows(cause: unknown, { name }: TableShape): never {
  if (!/^2[23]/.test(codeOf(cause))) throw cause
  const text = `PostgreSQL does not take a row of ${name}: ${(cause as Error).message}.`
  throw new CopyError('ROW_REFUSED', text, { cause })
}

/** SQLSTATE, of the error or what caused it. */
function codeOf(error: unknown): string {
  const { code, cause } = error as { code?: string; cause?: { code?: string } }
  return cause?.code ?? code ?? ''
}
