import type { StateHolder } from '../state.ts'

const dayMinutes = 1_440

/** `Car.Time` (W 10.1): answers from the last `GetTime()`, and until then from the time of loading. */
export function createVehicleTime(state: StateHolder) {
  let utcOffsetMinutes = 0
  let minutes = 0
  const GetTime = () => {
    utcOffsetMinutes = Math.round(state.current.utcOffsetMinutes)
    minutes = modulo(Math.floor((state.current.timeMs ?? Date.now()) / 60_000) + utcOffsetMinutes, dayMinutes)
    return true
  }
  GetTime()
  return {
    Hours: () => Math.floor(minutes / 60),
    Minutes: () => minutes % 60,
    OffsetUTC: () => describeOffset(utcOffsetMinutes),
    // Its older name (W 14).
    GetTime,
  }
}

/** `[-]HHMM`, such as `0100` or `-0330`. */
function describeOffset(offsetMinutes: number): string {
  const absolute = Math.abs(offsetMinutes)
  const digits = (value: number) => String(value).padStart(2, '0')
  return `${offsetMinutes < 0 ? '-' : ''}${digits(Math.floor(absolute / 60))}${digits(absolute % 60)}`
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor
}
