import { type Kysely, type RawBuilder, sql } from 'kysely'
import { batchRowsOf, type TableShape } from './tables.ts'

export type Value = string | number | Uint8Array | null
export type Row = Readonly<Record<string, Value>>
/** A database whose tables are known by their shapes only. */
export type Tables = Record<string, Row>

/** Every row, in batches by primary key: no cursor, nothing is held between them. */
export async function* readRows(db: Kysely<Tables>, shape: TableShape): AsyncGenerator<readonly Row[]> {
  const key = refs(shape.key)
  let after: RawBuilder<unknown> = sql``
  for (;;) {
    const { rows } = await sql<Row>`
      select ${refs(Object.keys(shape.columns))} from ${sql.table(shape.name)} ${after}
      order by ${key} limit ${sql.lit(batchRowsOf(shape))}`.execute(db)
    const last = rows.at(-1)
    if (last === undefined) return
    yield rows
    after = sql`where (${key}) > (${sql.join(shape.key.map((column) => last[column]))})`
  }
}

export async function insertRows(
  db: Kysely<Tables>,
  { name }: TableShape,
  rows: readonly Row[],
): Promise<void> {
  await db.insertInto(name).values(rows).execute()
}

export async function countRows(db: Kysely<Tables>, { name }: TableShape): Promise<number> {
  const { rows } = await sql<{ rows: number }>`select count(*) as rows from ${sql.table(name)}`.execute(db)
  return rows[0]?.rows ?? 0
}

function refs(columns: readonly string[]): RawBuilder<unknown> {
  return sql.join(columns.map((column) => sql.ref(column)))
}
