import type { Coordinates, FrameToHost, GuidanceRequest } from '@pillion/schema'
import { type Emitter, fire } from '../emitter.ts'
import type { PostToHost } from '../host-page.ts'
import type { StateHolder } from '../state.ts'
import { cutText, roundDegrees } from './figures.ts'

type Refusal = Extract<FrameToHost, { pillion: 'guidanceRefused' }>['reason']

const waypointsMax = 9
const labelCharactersMax = 59

/** `Navigation.LaunchGuidance…` (W 8.1, 8.2): longitude first, never swapped. The answer is synchronous, what becomes of it is the host's. */
export function createGuidance(emitter: Emitter, state: StateHolder, post: PostToHost) {
  const refuse = (reason: Refusal) => {
    post({ pillion: 'guidanceRefused', reason })
    return false
  }
  const launch = (read: () => GuidanceRequest | undefined): boolean => {
    if (state.current.privacyMode !== 'Public') return refuse('privacy')
    if (state.current.popupDisplayed) return refuse('popup')
    const request = read()
    if (request === undefined) {
      // Never before the method has returned.
      setTimeout(() => fire(emitter, 'InvalidCoordinates'))
      return refuse('coordinates')
    }
    post({ pillion: 'guidance', request })
    return true
  }
  return {
    /** The stops after the destination and the coordinate system `shifted` are ignored: all is WGS84. */
    LaunchGuidance: (label?: unknown, longitude?: unknown, latitude?: unknown) =>
      launch(() => readRequest(longitude, latitude, [], label, true)),
    LaunchGuidanceWaypoints: (
      longitude?: unknown,
      latitude?: unknown,
      waypoints?: unknown,
      customerConfirmation?: unknown,
    ) => launch(() => readRequest(longitude, latitude, waypoints ?? [], '', customerConfirmation === true)),
  }
}

/** undefined: at least one coordinate cannot be used, or there are too many waypoints. */
function readRequest(
  longitude: unknown,
  latitude: unknown,
  waypoints: unknown,
  label: unknown,
  confirms: boolean,
): GuidanceRequest | undefined {
  if (!Array.isArray(waypoints) || waypoints.length > waypointsMax) return undefined
  const destination = readCoordinates(longitude, latitude)
  const stops = Array.from(waypoints, readWaypoint)
  if (destination === undefined || stops.includes(undefined)) return undefined
  return {
    destination,
    waypoints: stops as Coordinates[],
    label: typeof label === 'string' ? cutText(label, labelCharactersMax) : '',
    confirms,
  }
}

/** `{lat, lon}`; the oldest form has capitals. */
function readWaypoint(waypoint: unknown): Coordinates | undefined {
  if (typeof waypoint !== 'object' || waypoint === null) return undefined
  const { lat, lon, Lat, Lon } = waypoint as Record<string, unknown>
  return readCoordinates(lon ?? Lon, lat ?? Lat)
}

function readCoordinates(longitude: unknown, latitude: unknown): Coordinates | undefined {
  if (!isDegrees(longitude, 180) || !isDegrees(latitude, 90)) return undefined
  return { latitude: roundDegrees(latitude), longitude: roundDegrees(longitude) }
}

function isDegrees(value: unknown, max: number): value is number {
  return typeof value === 'number' && Math.abs(value) <= max
}
