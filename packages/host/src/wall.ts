import type { VehicleApp, VehicleSignals } from '@pillion/schema'
import type { HostState } from './host-state.ts'
import { createHostedApp, type HostedApp, uidOf } from './hosted-app.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { NotificationCenter } from './notification-center.ts'
import { findOfferGap, nameIn } from './offer.ts'
import type { PopupQueue } from './popup-queue.ts'
import type { UnofferedApp } from './view.ts'

export interface WallParts {
  readonly lifecycle: Lifecycle
  readonly popups: PopupQueue
  readonly center: NotificationCenter
}

/**
 * The wall becomes those of `subscribed` that are offered in this vehicle (W 11.2), in their order: what is new appears
 * (W 4.2 row 1), what is missing goes (row 10), what has another address was updated (row 11).
 */
export function changeWall(host: HostState, parts: WallParts, subscribed: readonly VehicleApp[]): void {
  const { lifecycle, popups, center } = parts
  host.subscribed = subscribed
  host.notOffered = listNotOffered(subscribed, host.vehicle)
  const list = offeredApps(subscribed, host.vehicle)
  forgetGone(host)
  const before = host.wall
  host.wall = list.map((about) => hostedApp(host, about))
  for (const app of before) {
    if (host.wall.includes(app)) continue
    popups.forget(({ idApp }) => idApp === app.idApp, 'app_removed')
    center.forget(app.idApp)
    lifecycle.remove(app)
  }
  for (const about of list) refresh(host, lifecycle, about)
  host.changed()
}

/** To be called when the vehicle has changed: what its wall depends on may be another now. */
export function followVehicle(host: HostState, parts: WallParts, before: VehicleSignals): void {
  const isSame = (['language', 'country', 'brand', 'wave'] as const).every(
    (signal) => host.vehicle[signal] === before[signal],
  )
  if (!isSame) changeWall(host, parts, host.subscribed)
}

/** Those that are offered in the vehicle, by their names in its language (W 11.2). */
export function offeredApps(subscribed: readonly VehicleApp[], vehicle: VehicleSignals): VehicleApp[] {
  return subscribed
    .filter((about) => findOfferGap(about, vehicle) === undefined)
    .map((about) => {
      const name = nameIn(vehicle.language, about)
      return name === about.name ? about : { ...about, name }
    })
}

function listNotOffered(subscribed: readonly VehicleApp[], vehicle: VehicleSignals): UnofferedApp[] {
  return subscribed.flatMap((app) => {
    const gap = findOfferGap(app, vehicle)
    return gap === undefined ? [] : [{ idApp: app.idApp, name: nameIn(vehicle.language, app), gap }]
  })
}

/** An app that comes back within its grace gets its record back: there may be a frame of that name. */
function hostedApp(host: HostState, about: VehicleApp): HostedApp {
  const app = host.apps.get(about.idApp) ?? createHostedApp(about, host.limits.pendingMax)
  host.apps.set(app.idApp, app)
  return app
}

function refresh(host: HostState, lifecycle: Lifecycle, about: VehicleApp): void {
  const app = host.apps.get(about.idApp)
  if (!app || app.about === about) return
  const updated = app.about.url !== about.url
  app.about = about
  app.uid = uidOf(about)
  if (updated) lifecycle.update(app)
}

/** Who has left the wall and its frame as well is new when it comes back. */
function forgetGone(host: HostState): void {
  for (const app of host.apps.values()) {
    if (app.state === 'installed' && !host.wall.includes(app)) host.apps.delete(app.idApp)
  }
}
