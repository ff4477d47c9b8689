import type { VehicleSignals } from '@pillion/schema'

type Clock = Pick<VehicleSignals, 'timeMs' | 'utcOffsetMinutes'>

/**
 * What the vehicle's own clock shows, which need not be the machine's: as a `Date` whose UTC fields are the vehicle's local ones. Format
 * it with `timeZone: 'UTC'`. `now` is the machine's clock, for a vehicle without a time of its own.
 */
export function vehicleTime({ timeMs, utcOffsetMinutes }: Clock, now: number): Date {
  return localTime(timeMs ?? now, utcOffsetMinutes)
}

export function localTime(atMs: number, utcOffsetMinutes: number): Date {
  return new Date(atMs + utcOffsetMinutes * 60_000)
}

/** DD/MM/YYYY, in every language (W 7.4). */
export function formatDay(local: Date): string {
  const [year, month, day] = local.toISOString().slice(0, 10).split('-')
  return `${day}/${month}/${year}`
}

/** DD/MM/YYYY - HH:MM (W 7.4). */
export function formatDayAndTime(local: Date): string {
  return `${formatDay(local)} - ${local.toISOString().slice(11, 16)}`
}
