import type { HostedApp } from '../hosted-app.ts'
import type { HandlerParts, UncheckedMessage } from './index.ts'
import { handleAudio, handleGuidance, handleGuidanceRefused, handlePhoneCall } from './vehicle-message.ts'

/** false: it is malformed, and nothing was done. */
export type FrameMessageHandler = (app: HostedApp, message: UncheckedMessage, parts: HandlerParts) => boolean

/** `FrameToHost`: what the frame script posts, by `pillion`. An app could post them as well, so they are checked likewise. */
export const frameMessageHandlers: ReadonlyMap<unknown, FrameMessageHandler> = new Map<
  unknown,
  FrameMessageHandler
>([
  ['ready', handleReady],
  ['drained', handleDrained],
  ['console', handleConsole],
  ['keyboard', handleKeyboard],
  ['popupRequest', handlePopupRequest],
  ['guidance', handleGuidance],
  ['guidanceRefused', handleGuidanceRefused],
  ['audio', handleAudio],
  ['phoneCall', handlePhoneCall],
])

function handleReady(app: HostedApp, _message: UncheckedMessage, { lifecycle }: HandlerParts): boolean {
  lifecycle.documentReady(app)
  return true
}

function handleDrained(
  app: HostedApp,
  { sequence }: UncheckedMessage,
  { host, reports }: HandlerParts,
): boolean {
  if (typeof sequence !== 'number') return false
  for (const { value } of app.pending.drain(sequence)) reports.tell(value, 'taken')
  host.changed()
  return true
}

function handleConsole(app: HostedApp, { level, text }: UncheckedMessage, { host }: HandlerParts): boolean {
  if (typeof text !== 'string') return false
  host.journal.write({ direction: 'note', kind: 'console', idApp: app.idApp, text, detail: { level } })
  return true
}

/** W 6.7 */
function handleKeyboard(app: HostedApp, message: UncheckedMessage, { keyboard }: HandlerParts): boolean {
  const { text, label, inputType, charactersMax } = message
  if (typeof text !== 'string' || typeof label !== 'string' || typeof inputType !== 'string') return false
  if (charactersMax !== undefined && typeof charactersMax !== 'number') return false
  keyboard.open(app, { text, label, inputType, charactersMax })
  return true
}

/** `Device.PopupRequest`, gone from the reference (W 14). Its app hears the outcome as an event of `HMI`. */
function handlePopupRequest(app: HostedApp, message: UncheckedMessage, parts: HandlerParts): boolean {
  const { id, button, text } = message
  const { host, popups, frames } = parts
  if (typeof id !== 'number' || typeof text !== 'string' || typeof button !== 'boolean') return false
  if (app.state === 'unloaded') {
    host.journal.ignore('app_not_running', app.idApp, message)
    return true
  }
  const accepted = popups.ask({
    idApp: app.idApp,
    kind: 'legacy',
    text,
    button,
    shown: () => {},
    closed: (outcome) => frames.fire(app, { emitter: 'HMI', name: popupRequestEvents[outcome] }),
  })
  if (accepted) return true
  // Else the app's callbacks for it would be called with the outcome of the next.
  frames.sendPopupRefused(app, id)
  frames.post(app, { type: 'WebPortal.OverflowPopup' })
  return true
}

const popupRequestEvents = {
  ok: 'okBtnPopupRequestClicked',
  cancel: 'cancelBtnPopupRequestClicked',
  timeout: 'closeTimeoutPopupRequest',
}
