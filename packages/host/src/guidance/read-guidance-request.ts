import { type Coordinates, type GuidanceRequest, limits } from '@pillion/schema'

/** What the frame script has checked is checked again: the app could have posted it itself (W 8.1). undefined: no request. */
export function readGuidanceRequest(value: unknown): GuidanceRequest | undefined {
  const { destination, waypoints, label, confirms } = (value ?? {}) as Record<keyof GuidanceRequest, unknown>
  const to = readCoordinates(destination)
  if (!to || !Array.isArray(waypoints) || waypoints.length > limits.guidanceWaypointsMax) return undefined
  const over = waypoints.map(readCoordinates)
  if (!over.every((point) => point !== undefined)) return undefined
  if (typeof label !== 'string' || label.length > limits.guidanceLabelCharactersMax) return undefined
  return { destination: to, waypoints: over, label, confirms: confirms === true }
}

/** Nothing but the two; undefined if they are none. */
export function readCoordinates(value: unknown): Coordinates | undefined {
  const { latitude, longitude } = (value ?? {}) as Record<keyof Coordinates, unknown>
  return isWithin(latitude, 90) && isWithin(longitude, 180) ? { latitude, longitude } : undefined
}

function isWithin(value: unknown, max: number): value is number {
  return typeof value === 'number' && Math.abs(value) <= max
}
