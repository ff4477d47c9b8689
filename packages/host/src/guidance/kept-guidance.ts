import { type Coordinates, type GuidanceRequest, limits } from '@pillion/schema'
import { readCoordinates, readGuidanceRequest } from './read-guidance-request.ts'

/** A guidance that a later host is to go on with; plain JSON. */
export interface KeptGuidance {
  readonly state: 'calculating' | 'guiding' | 'reached'
  /** The app that started it. */
  readonly idApp: string
  readonly request: GuidanceRequest
  /** The vehicle drives by itself, at so many times its speed; 0: it does not. */
  readonly drive: number
  /** undefined while the route is calculated. */
  readonly trip: KeptTrip | undefined
}

/** What a route is planned from, and how far along it the vehicle is. */
export interface KeptTrip {
  readonly start: Coordinates
  /** Those ahead when the route was planned; the last one is the destination. */
  readonly stops: readonly Coordinates[]
  readonly alongMeters: number
}

/** What `keptGuidance` of a host was, out of a storage; undefined if it is anything else. */
export function readKeptGuidance(value: unknown): KeptGuidance | undefined {
  const fields = (value ?? {}) as Partial<Record<keyof KeptGuidance, unknown>>
  const { state, idApp, drive } = fields
  const request = readGuidanceRequest(fields.request)
  const trip = readTrip(fields.trip)
  if (state !== 'calculating' && state !== 'guiding' && state !== 'reached') return undefined
  if (!request || typeof idApp !== 'string' || !isAtLeast0(drive)) return undefined
  return state === 'calculating' || trip ? { state, idApp, request, drive, trip } : undefined
}

function readTrip(value: unknown): KeptTrip | undefined {
  const { start, stops, alongMeters } = (value ?? {}) as Partial<Record<keyof KeptTrip, unknown>>
  const from = readCoordinates(start)
  if (!from || !isAtLeast0(alongMeters) || !Array.isArray(stops)) return undefined
  const over = stops.map(readCoordinates)
  if (over.length === 0 || over.length > limits.guidanceWaypointsMax + 1) return undefined
  return over.every((stop) => stop !== undefined) ? { start: from, stops: over, alongMeters } : undefined
}

function isAtLeast0(value: unknown): value is number {
  return typeof value === 'number' && value >= 0
}
