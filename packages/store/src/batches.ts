/**
 * Rows per statement. Databases bound the parameters of one (SQLite 32,766; PostgreSQL 65,535), and rows of ten
 * columns must fit; beyond a few hundred rows a statement gets no faster.
 */
export const batchRowsMax = 500

export function* toBatches<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let start = 0; start < rows.length; start += batchRowsMax)
    yield rows.slice(start, start + batchRowsMax)
}
