import type { Coordinates, TimeOfDay, VehicleSignals } from '@pillion/schema'
import type { Trip } from './trip.ts'

type GuidanceSignals = Pick<VehicleSignals, 'destination' | 'maneuver' | 'journey' | 'nextWaypoint'>

export const noGuidanceSignals: GuidanceSignals = {
  destination: null,
  maneuver: null,
  journey: null,
  nextWaypoint: null,
}

/** Routes longer than this are taken for motorway journeys. */
const townMeters = 20_000
const townKmh = 35
const motorwayKmh = 90

/** What the navigation methods answer from while a trip lasts (W 10.5). `now` is the time where the signals have none of their own. */
export function guidanceSignals(
  trip: Trip,
  label: string,
  vehicle: VehicleSignals,
  now: number,
): GuidanceSignals {
  const { maneuver, destination } = trip
  const { town = '', city = '', province = '', country = '' } = vehicle.position ?? {}
  const arrivalAfter = (meters: number) => ({
    arrival: timeOfDay(vehicle.timeMs ?? now, meters / metersPerSecond(trip), vehicle.utcOffsetMinutes),
  })
  return {
    destination: {
      ...coordinatesOf(destination),
      address: label,
      town: '',
      city: '',
      province: '',
      country: '',
    },
    maneuver: {
      ...coordinatesOf(maneuver),
      nextStreetName: maneuver === destination ? label : maneuver.streetName,
      town,
      city,
      province,
      country,
    },
    journey: arrivalAfter(trip.remainingMeters),
    nextWaypoint: arrivalAfter(trip.nextStopMeters),
  }
}

function coordinatesOf({ latitude, longitude }: Coordinates): Coordinates {
  return { latitude, longitude }
}

function metersPerSecond(trip: Trip): number {
  return (trip.lengthMeters > townMeters ? motorwayKmh : townKmh) / 3.6
}

function timeOfDay(nowMs: number, inSeconds: number, utcOffsetMinutes: number): TimeOfDay {
  const time = new Date(nowMs + inSeconds * 1000 + utcOffsetMinutes * 60_000)
  return { hours: time.getUTCHours(), minutes: time.getUTCMinutes() }
}
