// The globals without a document, for the test kit, which runs an app's scripts without a browser.
export { fire } from './emitter.ts'
export { createEmitters, type Emitters } from './emitters.ts'
export { createLegacyPopups, type LegacyPopups } from './legacy-popups.ts'
export { Pending } from './pending.ts'
export type { StateHolder } from './state.ts'
export { createVehicleGlobals } from './vehicle-globals.ts'
export { removeOtherWaves } from './waves.ts'
export { createWebPortal, type WebPortal } from './web-portal.ts'
