// The package as others install it. `index.ts` adds what only the tests of this repository use.
export type { AppWindow, MemoryStorage } from './app-window.ts'
export { type AppScript, FakeApp } from './fake-app.ts'
export { FakeFrames } from './fake-frames.ts'
export { FakeNetwork, type UndeliveredMessage } from './fake-network.ts'
export {
  FakePartner,
  type FakePartnerMessageOptions,
  type ReceivedReceipt,
  type UplinkMessage,
} from './fake-partner.ts'
export { FakeVehicle, type FakeVehicleApp, type FakeVehicleOptions } from './fake-vehicle.ts'
export { ManualClock } from './manual-clock.ts'
export { waitUntil } from './wait-until.ts'
