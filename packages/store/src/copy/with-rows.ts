import type { Row, Value } from './rows.ts'
import type { StoreSource } from './source.ts'
import type { TableShape } from './tables.ts'

/** Rows that a store does not hold but are to arrive with it, made when their turn comes. */
export interface AddedRows {
  readonly table: string
  /** Values of the first columns of the table's key, or of all of them; they are texts. */
  readonly key: readonly string[]
  /** Rows with those values, in the order of the rest of the key. The same each time it is called. */
  create(): AsyncIterable<Row>
}

/** The source with more rows, each in its place. They take the place of those there with the same values in the key. */
export function withRows(source: StoreSource, added: readonly AddedRows[]): StoreSource {
  const ofTable = ({ name }: TableShape) => added.filter(({ table }) => table === name)
  return {
    database: source.database,
    lastNumber: (shape) => source.lastNumber(shape),
    // How many rows there will be is known when they are made.
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
  added: readonly AddedRows[],
): AsyncGenerator<readonly Row[]> {
  const waiting = added.toSorted((a, b) => compareKeys(a.key, b.key))
  const replaced = new Set(waiting.map(({ key }) => JSON.stringify(key)))
  const width = waiting[0]?.key.length ?? 0
  for await (const rows of source.rows(shape)) {
    for (const row of rows) {
      const key = shape.key.slice(0, width).map((column) => row[column] ?? '')
      while (waiting[0] !== undefined && compareKeys(waiting[0].key, key) <= 0) yield* createFirst(waiting)
      if (!replaced.has(JSON.stringify(key))) yield [row]
    }
  }
  while (waiting.length > 0) yield* createFirst(waiting)
}

async function* createFirst(waiting: AddedRows[]): AsyncGenerator<readonly Row[]> {
  for await (const row of waiting.shift()?.create() ?? []) yield [row]
}

/** As both databases order texts: by the bytes of UTF-8. */
function compareKeys(a: readonly Value[], b: readonly Value[]): number {
  for (const [at, text] of a.entries()) {
    const order = Buffer.compare(Buffer.from(String(text)), Buffer.from(String(b[at])))
    if (order !== 0) return order
  }
  return 0
}
