import { stringifyWithin } from '../json-within.ts'
import type { AppMessageHandler } from './index.ts'

/** W 6.4: `topic` is the older form's subtopic; an absent `value` is sent as null. The app hears nothing of it. */
export const handleSendNotificationRequest: AppMessageHandler = (app, _instance, message, { uplink }) => {
  const { value, topic } = message
  uplink.send(
    app,
    topic,
    (charactersMax) => encodeContent(value, charactersMax),
    () => {},
  )
}

/** The payload of W 3.3. */
export function encodeContent(value: unknown, charactersMax: number): string {
  return stringifyWithin({ content: value === undefined ? null : value }, charactersMax)
}
