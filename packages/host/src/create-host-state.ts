import { defaultVehicleSignals, PORTAL_ROOT, parseVin, type VehicleSignals } from '@pillion/schema'
import { noGuidance } from './guidance/guidance.ts'
import { defaultHostLimits } from './host-limits.ts'
import type { HostOptions } from './host-options.ts'
import type { HostState } from './host-state.ts'
import { Journal } from './journal.ts'
import type { NotificationEntry } from './notification-entry.ts'
import type { Clock } from './ports/clock.ts'
import { offeredApps } from './wall.ts'

/** @throws TypeError if `vin` is none */
export function createHostState(options: HostOptions, clock: Clock, changed: () => void): HostState {
  const vin = parseVin(options.vin)
  if (vin === undefined) throw new TypeError(`${options.vin} is not a VIN: 17 letters or digits (W 2.3).`)
  const limits = { ...defaultHostLimits, ...options.limits }
  const vehicle = { ...defaultVehicleSignals, ...options.vehicle }
  return {
    vin,
    root: options.root ?? PORTAL_ROOT,
    limits,
    clock,
    journal: new Journal(clock, options.log ?? (() => {}), changed),
    changed,
    apps: new Map(),
    subscribed: [],
    withoutPackage: [],
    notOffered: [],
    wall: [],
    module: 'web',
    front: undefined,
    failure: undefined,
    notifications: keptNotifications(options, vehicle).slice(0, limits.notificationsMax),
    center: { open: false },
    virtualKeyboard: options.virtualKeyboard ?? false,
    keyboard: undefined,
    popupDisplayed: false,
    pendingErrorThrows: options.pendingErrorThrows ?? false,
    guidance: noGuidance,
    audio: undefined,
    call: undefined,
    shuttingDown: false,
    vehicle,
    connected: false,
  }
}

function keptNotifications(
  { notifications = [], apps }: HostOptions,
  vehicle: VehicleSignals,
): NotificationEntry[] {
  const wall = offeredApps(apps, vehicle)
  return notifications.filter(({ idApp }) => wall.some((app) => app.idApp === idApp))
}
