import { type HostState, isAllowedOnline } from './host-state.ts'
import type { PopupQueue } from './popup-queue.ts'
import type { HostView, PopupView } from './view.ts'

export function buildView(host: HostState, popups: PopupQueue): HostView {
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
    popup: buildPopupView(host, popups),
    popupsOutstanding: popups.outstanding,
    vehicle: host.vehicle,
    failure: host.failure,
    drops: { ...host.journal.drops },
  }
}

function buildPopupView(host: HostState, popups: PopupQueue): PopupView | undefined {
  if (!popups.displayed) return undefined
  const { request, closesAt } = popups.displayed
  const { idApp, text, button } = request
  const appName = host.wall.find((app) => app.idApp === idApp)?.about.name ?? idApp
  return { idApp, appName, text, button, closesAt }
}
