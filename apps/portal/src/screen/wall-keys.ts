export const columns = 3
const rows = 2
export const tilesPerPage = columns * rows

/**
 * The tile that an arrow key leads to, counted over all pages; undefined if the key is none or leads
 * nowhere. Without a tile to start from it is the first of the page.
 */
export function moveOnWall(
  key: string,
  from: number | undefined,
  page: number,
  tiles: number,
): number | undefined {
  if (!(key in steps) || tiles === 0) return undefined
  if (from === undefined) return Math.min(page * tilesPerPage, tiles - 1)
  const column = from % columns
  const pageOfFrom = Math.floor(from / tilesPerPage)
  const row = Math.floor((from % tilesPerPage) / columns)
  const step = steps[key as keyof typeof steps]
  const next = { column: column + step.x, row: row + step.y, page: pageOfFrom }
  if (next.row < 0 || next.row >= rows) return undefined
  if (next.column < 0) Object.assign(next, { column: columns - 1, page: pageOfFrom - 1 })
  if (next.column >= columns) Object.assign(next, { column: 0, page: pageOfFrom + 1 })
  if (next.page < 0 || next.page * tilesPerPage >= tiles) return undefined
  const to = next.page * tilesPerPage + next.row * columns + next.column
  if (to < tiles) return to
  // A last page that is not full: its last tile is nearer than nothing, unless we are there already.
  return from === tiles - 1 ? undefined : tiles - 1
}

const steps = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
}
