import { audioHolder } from './audio.ts'
import { findApp, type HostState, isAllowedOnline } from './host-state.ts'
import type { NotificationCenter } from './notification-center.ts'
import type { PopupQueue } from './popup-queue.ts'
import type { HostView, PopupView } from './view.ts'

export function buildView(host: HostState, popups: PopupQueue, center: NotificationCenter): HostView {
  return {
    vin: host.vin,
    connection: !isAllowedOnline(host.vehicle) ? 'offline' : host.connected ? 'connected' : 'connecting',
    module: host.module,
    app: host.front?.idApp,
    apps: host.wall.map(({ about, state, pending }) => ({
      ...about,
      state,
      pending: pending.entries.length,
    })),
    notOffered: host.notOffered,
    popup: buildPopupView(host, popups),
    popupsOutstanding: popups.outstanding,
    center: host.center,
    notifications: center.views,
    unread: host.notifications.filter(({ isNew }) => isNew).length,
    keyboard: host.keyboard,
    guidance: host.guidance,
    audio: audioHolder(host)?.idApp,
    call: host.call,
    shuttingDown: host.shuttingDown,
    vehicle: host.vehicle,
    failure: host.failure,
    drops: { ...host.journal.drops },
  }
}

function buildPopupView(host: HostState, popups: PopupQueue): PopupView | undefined {
  if (!popups.displayed) return undefined
  const { request, closesAt } = popups.displayed
  const { idApp, kind, text, button } = request
  const appName = findApp(host, idApp)?.about.name ?? idApp
  return { idApp, appName, kind, text, button, closesAt }
}
