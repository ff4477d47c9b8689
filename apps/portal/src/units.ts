import type { VehicleSignals } from '@pillion/schema'

const kmPerMile = 1.609344
const feetPerMeter = 3.28084

/** In the unit that the driver chose, without it. */
export function formatSpeed(kmh: number, unit: VehicleSignals['speedUnit']): string {
  return String(Math.round(unit === 'mph' ? kmh / kmPerMile : kmh))
}

/** As a navigation says it: rounded so that it can be read at a glance. */
export function formatDistance(meters: number, unit: VehicleSignals['distanceUnit']): string {
  return unit === 'km' ? formatMetric(meters) : formatImperial(meters)
}

function formatMetric(meters: number): string {
  const rounded = Math.round(meters / 10) * 10
  if (rounded < 1_000) return `${rounded} m`
  return `${formatLong(meters / 1_000)} km`
}

function formatImperial(meters: number): string {
  const feet = Math.round((meters * feetPerMeter) / 50) * 50
  if (feet < 1_000) return `${feet} ft`
  return `${formatLong(meters / 1_000 / kmPerMile)} mi`
}

function formatLong(distance: number): string {
  return distance < 9.95 ? distance.toFixed(1) : String(Math.round(distance))
}
