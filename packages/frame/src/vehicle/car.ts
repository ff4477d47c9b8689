import type { Emitter } from '../emitter.ts'
import type { StateHolder } from '../state.ts'
import { createVehicleTime } from './car-time.ts'
import { clamped, whole } from './figures.ts'

/** `Car` (W 10.1): kilometres and km/h whatever the units shown. In Private mode the VIN and the speed are `undefined` (W 9.2). */
export function createCar(emitter: Emitter, state: StateHolder) {
  const unlessPrivate = <T>(value: T) => (state.current.privacyMode === 'Private' ? undefined : value)
  const Time = createVehicleTime(state)
  const GetBatteryLevel = () => clamped(state.current.batteryLevelPercent, 0, 100)
  const GetSpeedUnit = () => state.current.speedUnit
  return Object.assign(emitter, {
    GetVINCode: () => unlessPrivate(state.current.vin),
    GetSpeed: () => unlessPrivate(whole(state.current.speedKmh, 3)),
    GetDrivingState: () => state.current.driving,
    GetMileage: () => whole(state.current.mileageKm, 9),
    GetAutonomy: () => whole(state.current.autonomyKm, 3),
    GetFuelAutonomy: () => whole(state.current.fuelAutonomyKm, 4),
    GetBatteryAutonomy: () => whole(state.current.batteryAutonomyKm, 4),
    GetFuelLevel: () => clamped(state.current.fuelLevelPercent, 0, 100),
    GetBatteryLevel,
    GetFuelType: () => state.current.fuelType,
    GetFuelUnit: () => state.current.fuelUnit,
    GetDayNightStatus: () => (state.current.dayNight === 'night' ? 1 : 0),
    GetTime: Time.GetTime,
    Time,
    // Names that published samples use (W 14).
    GetDistanceUnit: () => state.current.distanceUnit,
    GetSpeedUnit,
    GetSpeednUnit: GetSpeedUnit,
    GetLevel: GetBatteryLevel,
  })
}
