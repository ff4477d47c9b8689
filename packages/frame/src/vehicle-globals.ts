import type { FrameEvent } from '@pillion/schema'
import { createEmitter, type Emitter } from './emitter.ts'
import type { StateHolder } from './state.ts'

/** `Car`, `Connectivity`, `Device`, `HMI`, `Privacy` and `System` (W 10.1 to 10.3), as far as the state goes. */
export function createVehicleGlobals(state: StateHolder) {
  const Settings = createEmitter(['languageSet', 'themeSet'])
  const WebBrowser = createEmitter(['show', 'hide'])
  return {
    Car: createCar(state),
    Connectivity: Object.assign(createEmitter(['connectivityOn', 'connectivityOff']), {
      // An older name of `Device.GetInternetStatus` (W 14).
      GetInternetStatus: () => state.current.online,
    }),
    Device: {
      GetInternetStatus: () => state.current.online,
      GetHMIFocus: () => state.current.focus,
    },
    HMI: Object.assign(createEmitter(['homeBtnClick']), { Settings, WebBrowser }),
    Privacy: Object.assign(createEmitter(['ModePublic', 'ModeGeoloc', 'ModeFull']), {
      Mode: () => state.current.privacyMode,
    }),
    System: createEmitter(['OnShutDown']),
  }
}

export type VehicleGlobals = ReturnType<typeof createVehicleGlobals>

/** In Private mode the VIN and the speed are `undefined`; nothing throws for privacy (W 9.2). */
function createCar(state: StateHolder) {
  const unlessPrivate = <T>(value: T) => (state.current.privacyMode === 'Private' ? undefined : value)
  const events = ['driverDistractionOn', 'driverDistractionOff', 'distanceUnit', 'fuelUnit', 'speedUnit']
  return Object.assign(createEmitter(events), {
    GetVINCode: () => unlessPrivate(state.current.vin),
    /** Whole km/h of at most three digits. */
    GetSpeed: () => unlessPrivate(Math.min(999, Math.round(state.current.speedKmh))),
    GetDrivingState: () => state.current.driving,
  })
}

export function emitterOf(globals: VehicleGlobals, name: FrameEvent['emitter']): Emitter {
  if (name === 'HMI.Settings') return globals.HMI.Settings
  if (name === 'HMI.WebBrowser') return globals.HMI.WebBrowser
  return globals[name]
}
