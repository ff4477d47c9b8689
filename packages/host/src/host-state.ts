import type { AppWithoutPackage, VehicleApp, VehicleSignals, Vin } from '@pillion/schema'
import type { AudioHold } from './audio.ts'
import type { HostLimits } from './host-limits.ts'
import type { HostedApp } from './hosted-app.ts'
import type { Journal } from './journal.ts'
import type { NotificationEntry } from './notification-entry.ts'
import type { Clock } from './ports/clock.ts'
import type { CenterView, GuidanceView, HostView, KeyboardView, Module, UnofferedApp } from './view.ts'

/** What the parts of one host share. Each field that changes names the file that writes it. */
export interface HostState {
  readonly vin: Vin
  /** Topic root (W 2.3). */
  readonly root: string
  readonly limits: HostLimits
  readonly clock: Clock
  readonly journal: Journal
  /** Tells that a new view is due. */
  readonly changed: () => void
  /** The wall's, and those that left it but still have their grace (W 4.2 row 10); wall.ts */
  readonly apps: Map<string, HostedApp>
  /** All of the vehicle that have a package, in order, offered in it or not; wall.ts */
  subscribed: readonly VehicleApp[]
  /** Those of `subscribed` that are not offered; wall.ts */
  notOffered: readonly UnofferedApp[]
  /** The vehicle is subscribed to these as well, but they have no package; host.ts */
  withoutPackage: readonly AppWithoutPackage[]
  /** In order; wall.ts */
  wall: readonly HostedApp[]
  /** lifecycle.ts */
  module: Module
  /** Within the web module: the app that has, or will have, the screen; undefined for the wall. lifecycle.ts */
  front: HostedApp | undefined
  /** lifecycle.ts */
  failure: HostView['failure']
  /** Newest first; notification-center.ts */
  notifications: readonly NotificationEntry[]
  /** notification-center.ts opens it; lifecycle.ts closes it when something else takes its place. */
  center: CenterView
  /** Is there a virtual keyboard at all? keyboard.ts */
  virtualKeyboard: boolean
  /** keyboard.ts */
  keyboard: KeyboardView | undefined
  /** Is one on screen (W 8.2)? host.ts */
  popupDisplayed: boolean
  /** Does `getPendingNotifications` throw before the app is launched (W 6.2)? */
  readonly pendingErrorThrows: boolean
  /** guidance/ */
  guidance: GuidanceView
  /** Who took the audio channel last, which may be gone: ask `audioHolder` (W 10.4); audio.ts */
  audio: AudioHold | undefined
  /** The number dialled last (W 10.2); phone.ts */
  call: string | undefined
  /** shutdown.ts */
  shuttingDown: boolean
  /** vehicle.ts */
  vehicle: VehicleSignals
  /** Is there a connection to the broker? vehicle.ts */
  connected: boolean
}

export function findApp(host: HostState, idApp: string): HostedApp | undefined {
  return host.wall.find((app) => app.idApp === idApp)
}

/** May the head unit talk to the outside (W 9.2, 9.3)? */
export function isAllowedOnline(vehicle: VehicleSignals): boolean {
  return vehicle.network && vehicle.privacyMode !== 'Private'
}

/** W 9.1 */
export function isDriving(host: HostState): boolean {
  return host.vehicle.speedKmh > host.limits.drivingThresholdKmh
}
