import { bearing, distance, type Point } from './plane.ts'

/** Shares of the route, in metres from its start. */
export function lengthOf(points: readonly Point[]): number {
  return points.reduce((sum, point, index) => sum + distance(points[index - 1] ?? point, point), 0)
}

/** The part of the route between two distances from its start; empty if there is none. */
export function partOf(points: readonly Point[], fromMeters: number, toMeters: number): Point[] {
  const part: Point[] = []
  let along = 0
  for (const [index, point] of points.entries()) {
    const before = points[index - 1]
    if (!before) continue
    const length = distance(before, point)
    const start = Math.max(fromMeters, along)
    const end = Math.min(toMeters, along + length)
    if (start < end) {
      if (part.length === 0) part.push(between(before, point, (start - along) / length))
      part.push(between(before, point, (end - along) / length))
    }
    along += length
  }
  return part
}

/** Where the route leads at this distance from its start: degrees from north; undefined without a route. */
export function headingAt(points: readonly Point[], meters: number): number | undefined {
  const [from, to] = segmentAt(points, meters)
  return from && to && distance(from, to) > 0 ? bearing(from, to) : undefined
}

export type Turn =
  | 'straight'
  | 'slightLeft'
  | 'slightRight'
  | 'left'
  | 'right'
  | 'sharpLeft'
  | 'sharpRight'
  | 'arrive'

/** What the driver does where the present stretch of the route ends. */
export function turnAfter(points: readonly Point[], meters: number): Turn {
  const [from, to, next] = segmentAt(points, meters)
  if (!from || !to || !next) return 'arrive'
  const degrees = ((bearing(to, next) - bearing(from, to) + 540) % 360) - 180
  const size = Math.abs(degrees)
  const isLeft = degrees < 0
  if (size < 15) return 'straight'
  if (size < 45) return isLeft ? 'slightLeft' : 'slightRight'
  if (size < 120) return isLeft ? 'left' : 'right'
  return isLeft ? 'sharpLeft' : 'sharpRight'
}

/** The stretches that come near the square around `centre`: a route across a country has a lot that nobody sees. */
export function stretchesNear(points: readonly Point[], centre: Point, reach: number): Point[][] {
  const stretches: Point[][] = []
  let last: Point | undefined
  for (const [index, to] of points.entries()) {
    const from = points[index - 1]
    const cut = from && clip(from, to, centre, reach)
    if (!cut) continue
    if (last && last.x === cut[0].x && last.y === cut[0].y) stretches.at(-1)?.push(cut[1])
    else stretches.push([...cut])
    last = cut[1]
  }
  return stretches
}

/** An SVG path, in decimetres at the finest. */
export function pathOf(points: readonly Point[]): string {
  return points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('')
}

/** The two ends of the stretch at this distance, and the end of the next. */
function segmentAt(points: readonly Point[], meters: number): (Point | undefined)[] {
  let along = 0
  for (const [index, point] of points.entries()) {
    const before = points[index - 1]
    if (!before) continue
    along += distance(before, point)
    if (along > meters || index === points.length - 1) return [before, point, points[index + 1]]
  }
  return []
}

function between(from: Point, to: Point, fraction: number): Point {
  if (fraction <= 0) return from
  if (fraction >= 1) return to
  return { x: from.x + (to.x - from.x) * fraction, y: from.y + (to.y - from.y) * fraction }
}

/** Liang and Barsky's: the part of the segment inside the square. */
function clip(from: Point, to: Point, centre: Point, reach: number): [Point, Point] | undefined {
  let start = 0
  let end = 1
  for (const axis of ['x', 'y'] as const) {
    const delta = to[axis] - from[axis]
    const low = centre[axis] - reach - from[axis]
    const high = centre[axis] + reach - from[axis]
    if (delta === 0) {
      if (low > 0 || high < 0) return undefined
      continue
    }
    start = Math.max(start, Math.min(low / delta, high / delta))
    end = Math.min(end, Math.max(low / delta, high / delta))
  }
  return start < end ? [between(from, to, start), between(from, to, end)] : undefined
}
