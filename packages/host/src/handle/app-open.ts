import { findApp } from '../host-state.ts'
import type { AppMessageHandler } from './index.ts'

/** W 6.6 */
export const handleAppOpen: AppMessageHandler = (app, _instance, message, { host, lifecycle }) => {
  const { appId } = message
  const target = typeof appId === 'string' ? findApp(host, appId) : undefined
  if (app.state !== 'foreground') host.journal.ignore('sender_not_in_foreground', app.idApp, message)
  else if (typeof appId !== 'string') host.journal.ignore('message_malformed', app.idApp, message)
  else if (!target) host.journal.ignore('id_app_unknown', app.idApp, message)
  else if (target !== app) lifecycle.open(target)
}
