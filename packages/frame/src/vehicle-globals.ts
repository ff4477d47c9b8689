import type { Emitters } from './emitters.ts'
import type { PostToHost } from './host-page.ts'
import type { LegacyPopups } from './legacy-popups.ts'
import type { StateHolder } from './state.ts'
import { createCar } from './vehicle/car.ts'
import { createDevice } from './vehicle/device.ts'
import { createMedia } from './vehicle/media.ts'
import { createNavigation } from './vehicle/navigation.ts'
import { createPhone } from './vehicle/phone.ts'
import { createRadio } from './vehicle/radio.ts'

/** Everything of W 10 but `WebPortal`. The emitters become the globals, so that a handler's `this` is what the app sees. */
export function createVehicleGlobals(
  emitters: Emitters,
  state: StateHolder,
  popups: LegacyPopups,
  post: PostToHost,
) {
  return {
    Car: createCar(emitters.Car, state),
    Connectivity: Object.assign(emitters.Connectivity, {
      // An older name of `Device.GetInternetStatus` (W 14).
      GetInternetStatus: () => state.current.online,
    }),
    Device: createDevice(state, popups),
    HMI: Object.assign(emitters.HMI, {
      Settings: emitters['HMI.Settings'],
      WebBrowser: emitters['HMI.WebBrowser'],
    }),
    Media: createMedia(emitters, state, post),
    Navigation: createNavigation(emitters.Navigation, state, post),
    Phone: createPhone(post),
    Privacy: Object.assign(emitters.Privacy, { Mode: () => state.current.privacyMode }),
    Radio: createRadio(state),
    System: Object.assign(emitters.System, {
      // Removed from the reference (W 14).
      Settings: { Value: () => undefined, AllKeys: () => [] },
    }),
  }
}
