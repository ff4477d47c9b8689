import type { HostMessage } from '@pillion/schema'
import type { DropReason } from '../drop-reasons.ts'
import { findApp } from '../host-state.ts'
import type { HostedApp } from '../hosted-app.ts'
import type { AppMessageHandler, HandlerParts } from './index.ts'

/** W 6.5: from one app to another, whoever their partners are. */
export const handlePostMessage: AppMessageHandler = (app, _instance, message, parts) => {
  const { journal } = parts.host
  const { appId, content } = message
  if (typeof appId !== 'string') {
    journal.ignore('message_malformed', app.idApp, message)
    return
  }
  const target = findApp(parts.host, appId)
  const posted: HostMessage = { type: 'WebPortal.postMessage', content, appId: app.idApp }
  const fault = target ? pass(target, posted, parts) : 'id_app_unknown'
  if (fault) journal.drop(fault, app.idApp, message)
}

function pass(
  target: HostedApp,
  message: HostMessage,
  { host, frames }: HandlerParts,
): DropReason | undefined {
  if (target.state === 'foreground' || target.state === 'background') frames.post(target, message)
  else if (target.state !== 'loading') return 'app_not_running'
  else {
    const waiting = target.held.filter((item) => 'message' in item && item.message.type === message.type)
    if (waiting.length >= host.limits.heldMessagesMax) return 'held_overflow'
    target.held.push({ message })
  }
  return undefined
}
