/** Rows of a list that the server gives whole: those where one of the texts has `search` in it, letter case aside. */
export function searchRows<Row>(
  rows: readonly Row[],
  search: string,
  textsOf: (row: Row) => readonly string[],
): readonly Row[] {
  const wanted = search.trim().toLowerCase()
  if (wanted === '') return rows
  return rows.filter((row) => textsOf(row).some((text) => text.toLowerCase().includes(wanted)))
}
