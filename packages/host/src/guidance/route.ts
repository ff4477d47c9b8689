import type { Coordinates } from '@pillion/schema'
import { distanceMeters, nearestOnSegment, pointBetween } from './geography.ts'

/** A line on the map, from the start over the waypoints to the destination. */
export interface Route {
  /** At least the start and the destination. */
  readonly points: readonly RoutePoint[]
  /** The waypoints in order and, last, the destination. */
  readonly stops: readonly RoutePoint[]
}

export interface RoutePoint extends Coordinates {
  /** From the start, along the route. */
  readonly alongMeters: number
  /** Of the street that begins here; '' at the destination. */
  readonly streetName: string
}

const metersPerBend = 200
const bendsPerLegMax = 8
/** How far each bend lies beside the straight line, in parts of the way to it. Made up, but the same every time. */
const bends = [0.16, -0.12, 0.2, 0.05, -0.18, 0.1, -0.06, 0.14]

const streetNames = [
  'Rue de la Gare',
  'Avenue des Tilleuls',
  'Boulevard du Nord',
  'Rue du Marché',
  'Quai des Pêcheurs',
  'Route de la Forêt',
  'Rue des Moulins',
  'Avenue de la Plage',
  'Place du Théâtre',
  'Rue Haute',
  'Chemin des Vignes',
]

/** There is no map in here: each leg is a straight line that bends a little, as streets do. At most 1 + 9 points for each stop. */
export function planRoute(start: Coordinates, stops: readonly Coordinates[]): Route {
  const points = [place(start, undefined, 0)]
  const reached: RoutePoint[] = []
  for (const stop of stops) {
    const from = points.at(-1) ?? start
    for (const bend of bendsBetween(from, stop)) points.push(place(bend, points.at(-1), points.length))
    const point = place(stop, points.at(-1), points.length)
    points.push(point)
    reached.push(point)
  }
  return { points, stops: reached }
}

export function lengthMeters(route: Route): number {
  return route.points.at(-1)?.alongMeters ?? 0
}

/** The first point of the route that lies ahead of `alongMeters`; at the end its last. */
export function nextPoint(route: Route, alongMeters: number): RoutePoint {
  const ahead = route.points.find((point) => point.alongMeters > alongMeters)
  return ahead ?? (route.points.at(-1) as RoutePoint)
}

/** Where one is after `alongMeters`, and in which street. */
export function pointAlong(route: Route, alongMeters: number): Coordinates & { streetName: string } {
  const to = nextPoint(route, alongMeters)
  const from = route.points[route.points.indexOf(to) - 1] ?? to
  const meters = to.alongMeters - from.alongMeters
  const fraction = meters === 0 ? 1 : Math.min(1, (alongMeters - from.alongMeters) / meters)
  return { ...pointBetween(from, to, fraction), streetName: from.streetName }
}

/** Where the route comes closest to the position, looking from one distance to another; the earliest of equals. */
export function nearestOnRoute(
  route: Route,
  position: Coordinates,
  fromMeters: number,
  toMeters: number,
): { alongMeters: number; awayMeters: number } {
  let nearest = {
    alongMeters: fromMeters,
    awayMeters: distanceMeters(position, pointAlong(route, fromMeters)),
  }
  for (const [index, to] of route.points.entries()) {
    const from = route.points[index - 1]
    if (!from || to.alongMeters <= fromMeters || from.alongMeters >= toMeters) continue
    const { fraction, meters } = nearestOnSegment(position, from, to)
    const alongMeters = from.alongMeters + fraction * (to.alongMeters - from.alongMeters)
    if (alongMeters < fromMeters || alongMeters > toMeters || meters >= nearest.awayMeters) continue
    nearest = { alongMeters, awayMeters: meters }
  }
  return nearest
}

function bendsBetween(from: Coordinates, to: Coordinates): Coordinates[] {
  const count = Math.min(bendsPerLegMax, Math.floor(distanceMeters(from, to) / metersPerBend))
  return bends
    .slice(0, count)
    .map((aside, index) => pointBetween(from, to, (index + 1) / (count + 1), aside / (count + 1)))
}

function place(at: Coordinates, before: RoutePoint | undefined, index: number): RoutePoint {
  const { latitude, longitude } = at
  const alongMeters = before ? before.alongMeters + distanceMeters(before, at) : 0
  return { latitude, longitude, alongMeters, streetName: streetNames[index % streetNames.length] ?? '' }
}
