import type { Address, FrameState, TimeOfDay } from '@pillion/schema'
import type { Emitter } from '../emitter.ts'
import type { PostToHost } from '../host-page.ts'
import type { StateHolder } from '../state.ts'
import { printableDegrees } from './figures.ts'
import { createGuidance } from './guidance.ts'
import { fillSnapshot } from './snapshot.ts'

/** `Navigation` (W 10.5). Outside Public mode every getter is `undefined` and the snapshots are empty (W 9.2). */
export function createNavigation(emitter: Emitter, state: StateHolder, post: PostToHost) {
  const snapshots = { CurrentPosition: {}, Destination: {}, ManeuverInfo: {}, JourneyInfo: {} }
  const inPublic = <T>(read: (current: FrameState) => T): T | undefined =>
    state.current.privacyMode === 'Public' ? read(state.current) : undefined
  const taker = (name: keyof typeof snapshots, read: (current: FrameState) => object | null) => () =>
    inPublic((current) => fillSnapshot(snapshots[name], read(current)))
  state.watch(({ privacyMode }) => {
    if (privacyMode === 'Public') return
    for (const snapshot of Object.values(snapshots)) fillSnapshot(snapshot, null)
  })
  return Object.assign(emitter, snapshots, createGuidance(emitter, state, post), {
    GetCurrentPositionLatitude: () => inPublic(({ position }) => degreesOf(position).Latitude),
    GetCurrentPositionLongitude: () => inPublic(({ position }) => degreesOf(position).Longitude),
    GetCurrentPosition: taker(
      'CurrentPosition',
      ({ position }) =>
        position && { ...addressOf(position), ...placeOf(position), Altitude: position.altitude },
    ),
    GetDestination: taker(
      'Destination',
      ({ destination }) =>
        destination && { ...degreesOf(destination), ...addressOf(destination), ...placeOf(destination) },
    ),
    GetManeuverInfo: taker(
      'ManeuverInfo',
      ({ maneuver }) =>
        maneuver && { ...degreesOf(maneuver), nextStreetName: maneuver.nextStreetName, ...placeOf(maneuver) },
    ),
    GetJourneyInfo: taker('JourneyInfo', ({ journey }) => journey && arrivalOf(journey.arrival)),
    GetNextWaypoint: {
      ETAHours: () => inPublic(({ nextWaypoint }) => nextWaypoint?.arrival.hours),
      ETAMinutes: () => inPublic(({ nextWaypoint }) => nextWaypoint?.arrival.minutes),
    },
  })
}

function degreesOf(place: { latitude: number; longitude: number } | null) {
  return {
    Latitude: place ? printableDegrees(place.latitude) : undefined,
    Longitude: place ? printableDegrees(place.longitude) : undefined,
  }
}

// Every spelling that the documents print is there (W 14).

function addressOf({ address }: Address) {
  return { Address: address, address }
}

function placeOf({ town, city, province, country }: Omit<Address, 'address'>) {
  return { Town: town, City: city, Province: province, Country: country, Coutry: country }
}

function arrivalOf({ hours, minutes }: TimeOfDay) {
  return {
    estimatedTimeOfarrivalH: hours,
    estimatedTimeOfarrivalMin: minutes,
    estimatedTimeOfArrivalH: hours,
    estimatedTimeOfArrivalMin: minutes,
  }
}
