import type { AppMessageHandler } from './index.ts'
import { encodeContent } from './on-send-notification-request.ts'

/** W 6.4: every request has its id and exactly one answer, refusals included. */
export const handleMqttPublish: AppMessageHandler = (app, instance, message, { uplink, frames }) => {
  const { payload, subtopic } = message
  instance.messageId += 1
  const { messageId } = instance
  uplink.send(
    app,
    subtopic,
    (charactersMax) => (isWrapped(payload, charactersMax) ? payload : encodeContent(payload, charactersMax)),
    (delivered) => {
      if (app.instance !== instance) return
      frames.post(app, {
        type: delivered ? 'WebPortal.MQTT.evt.messageDelivered' : 'WebPortal.MQTT.evt.messageNotDelivered',
        messageId,
        subtopic: typeof subtopic === 'string' ? subtopic : '',
      })
    },
  )
}

/** Is it the text of a JSON object with an own `content` already? Then it goes out as it is. */
function isWrapped(payload: unknown, charactersMax: number): payload is string {
  if (typeof payload !== 'string' || payload.length > charactersMax) return false
  try {
    const value: unknown = JSON.parse(payload)
    return typeof value === 'object' && value !== null && Object.hasOwn(value, 'content')
  } catch {
    return false
  }
}
