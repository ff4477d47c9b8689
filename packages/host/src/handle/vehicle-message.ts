import { readGuidanceRequest } from '../guidance/read-guidance-request.ts'
import { dial } from '../phone.ts'
import type { FrameMessageHandler } from './frame-message.ts'

/** `Navigation.LaunchGuidance…` has returned true (W 8.2). */
export const handleGuidance: FrameMessageHandler = (app, message, { guidance }) => {
  const request = readGuidanceRequest(message.request)
  if (request) guidance.request(app, request)
  return request !== undefined
}

/** … or false; the frame has fired `InvalidCoordinates` itself (W 8.2). */
export const handleGuidanceRefused: FrameMessageHandler = (app, { reason }, { host }) => {
  const text = refusals[reason as keyof typeof refusals]
  if (text) host.journal.note('guidance_refused', app.idApp, text)
  return text !== undefined
}

const refusals = {
  privacy: 'Guidance refused: the privacy mode is not Public.',
  popup: 'Guidance refused: a popup is on screen.',
  coordinates: 'Guidance refused: a coordinate is missing or malformed, or there are too many waypoints.',
}

/** W 10.4 */
export const handleAudio: FrameMessageHandler = (app, { source, isActive }, { audio }) => {
  if (source !== 'MEDIA_PLAYER_SOURCE' && source !== 'TEMPORARY_SOURCE') return false
  if (typeof isActive !== 'boolean') return false
  audio.configure(app, source, isActive)
  return true
}

/** W 10.2 */
export const handlePhoneCall: FrameMessageHandler = (app, { number }, { host }) => {
  if (typeof number !== 'string' || !/^\d{1,15}$/.test(number)) return false
  dial(host, app.idApp, number)
  return true
}
