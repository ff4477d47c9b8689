import type { HostView } from '@pillion/host'

/** Tells several vehicles in several tabs apart: what is new, which one, what is on its screen. */
export function pageTitle({ vin, unread, module, app, apps }: HostView): string {
  const shown = apps.find(({ idApp }) => idApp === app)?.name
  const place = module === 'web' ? (shown ?? 'Apps') : module === 'media' ? 'Media' : 'Navigation'
  return `${unread > 0 ? `(${unread}) ` : ''}${vin} · ${place} · Pillion`
}
