import type { Coordinates } from '@pillion/schema'

/** Metres on a flat map, east and south of its origin. */
export interface Point {
  readonly x: number
  readonly y: number
}

const metersPerDegree = 111_195

/** Good for a picture: the earth is flat around `origin`. */
export function toPlane(origin: Coordinates, { latitude, longitude }: Coordinates): Point {
  const narrowing = Math.max(0.01, Math.cos((origin.latitude * Math.PI) / 180))
  return {
    x: wrap(longitude - origin.longitude) * metersPerDegree * narrowing,
    y: (origin.latitude - latitude) * metersPerDegree,
  }
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(b.x - a.x, b.y - a.y)
}

/** Degrees clockwise from north, 0 to 360. */
export function bearing(from: Point, to: Point): number {
  return ((Math.atan2(to.x - from.x, from.y - to.y) * 180) / Math.PI + 360) % 360
}

/** The same direction, by whole turns as near to `before` as can be: what turns there turns the short way. */
export function unwound(degrees: number, before: number): number {
  return before + ((((degrees - before) % 360) + 540) % 360) - 180
}

function wrap(longitude: number): number {
  return longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude
}
