import type { Row } from './rows.ts'
import type { StoreSource } from './source.ts'
import type { TableShape } from './tables.ts'

/** A row that a store does not hold but is to arrive with it, made when its turn comes. */
export interface AddedRow {
  readonly table: string
  /** Values of the columns of its table's key, all of them texts. */
  readonly key: readonly string[]
  create(): Promise<Row>
}

/** The source with more rows, each in its place. One that has the key of a row there takes its place. */
export function withRows(source: StoreSource, added: readonly AddedRow[]): StoreSource {
  const ofTable = ({ name }: TableShape) => added.filter(({ table }) => table === name)
  return {
    database: source.database,
    lastNumber: (shape) => source.lastNumber(shape),
    count: async (shape) => (await source.count(shape)) + ofTable(shape).length,
    rows: (shape) => {
      const more = ofTable(shape)
      return more.length === 0 ? source.rows(shape) : merge(source, shape, more)
    },
  }
}

async function* merge(
  source: StoreSource,
  shape: TableShape,
  added: readonly AddedRow[],
): AsyncGenerator<readonly Row[]> {
  const waiting = added.toSorted((a, b) => compareKeys(a.key, b.key))
  for await (const rows of source.rows(shape)) {
    for (const row of rows) {
      const key = shape.key.map((column) => String(row[column]))
      while (waiting[0] !== undefined && compareKeys(waiting[0].key, key) < 0) yield* createFirst(waiting)
      if (waiting[0] === undefined || compareKeys(waiting[0].key, key) !== 0) yield [row]
    }
  }
  while (waiting.length > 0) yield* createFirst(waiting)
}

async function* createFirst(waiting: AddedRow[]): AsyncGenerator<readonly Row[]> {
  const first = waiting.shift()
  if (first !== undefined) yield [await first.create()]
}

/** As both databases order texts: by the bytes of UTF-8. */
function compareKeys(a: readonly string[], b: readonly string[]): number {
  for (const [at, text] of a.entries()) {
    const order = Buffer.compare(Buffer.from(text), Buffer.from(b[at] ?? ''))
    if (order !== 0) return order
  }
  return 0
}
