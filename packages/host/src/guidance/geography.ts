import type { Coordinates } from '@pillion/schema'

const metersPerDegree = 111_195

/** Along the great circle. */
export function distanceMeters(from: Coordinates, to: Coordinates): number {
  const latitudeHalf = radians(to.latitude - from.latitude) / 2
  const longitudeHalf = radians(to.longitude - from.longitude) / 2
  const across = Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude))
  const chord = Math.sin(latitudeHalf) ** 2 + across * Math.sin(longitudeHalf) ** 2
  return (2 * Math.asin(Math.min(1, Math.sqrt(chord))) * metersPerDegree * 180) / Math.PI
}

/** The point at `fraction` of the way, the short way round, and `aside` times its length to the right of it. */
export function pointBetween(from: Coordinates, to: Coordinates, fraction: number, aside = 0): Coordinates {
  const { east, north } = offsetMeters(from, to)
  return movedBy(from, east * fraction + north * aside, north * fraction - east * aside)
}

/** Where the segment comes closest to the point: how far along it, from 0 to 1, and how near. */
export function nearestOnSegment(
  point: Coordinates,
  from: Coordinates,
  to: Coordinates,
): { fraction: number; meters: number } {
  const segment = offsetMeters(from, to)
  const target = offsetMeters(from, point)
  const square = segment.east ** 2 + segment.north ** 2
  const along = square === 0 ? 0 : (segment.east * target.east + segment.north * target.north) / square
  const fraction = Math.min(1, Math.max(0, along))
  const meters = Math.hypot(target.east - fraction * segment.east, target.north - fraction * segment.north)
  return { fraction, meters }
}

/** On a flat map around `from`: good enough for a picture and for a car. */
function offsetMeters(from: Coordinates, to: Coordinates): { east: number; north: number } {
  return {
    east: wrap(to.longitude - from.longitude) * metersPerDegree * narrowing(from.latitude),
    north: (to.latitude - from.latitude) * metersPerDegree,
  }
}

function movedBy(from: Coordinates, east: number, north: number): Coordinates {
  const latitude = from.latitude + north / metersPerDegree
  const longitude = wrap(from.longitude + east / (metersPerDegree * narrowing(from.latitude)))
  return { latitude: round(Math.min(90, Math.max(-90, latitude))), longitude: round(longitude) }
}

/** Degrees of longitude get narrower towards the poles, where they would vanish. */
function narrowing(latitude: number): number {
  return Math.max(0.01, Math.cos(radians(latitude)))
}

function wrap(longitude: number): number {
  return longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude
}

/** Six decimals, 11 cm (W 8.1). */
function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180
}
