import type { VehicleApp } from '@pillion/schema'
import type { HostState } from './host-state.ts'
import { createHostedApp, type HostedApp, uidOf } from './hosted-app.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { NotificationCenter } from './notification-center.ts'
import type { PopupQueue } from './popup-queue.ts'

export interface WallParts {
  readonly lifecycle: Lifecycle
  readonly popups: PopupQueue
  readonly center: NotificationCenter
}

/**
 * The wall becomes `list`, in its order: what is new appears (W 4.2 row 1), what is missing goes (row 10),
 * what has another address was updated (row 11).
 */
export function changeWall(host: HostState, parts: WallParts, list: readonly VehicleApp[]): void {
  const { lifecycle, popups, center } = parts
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
