import { notificationFields, readNotification } from '../read-notification.ts'
import type { AppMessageHandler } from './index.ts'

/** W 7.4 step 1 */
export const handleNotificationNew: AppMessageHandler = (
  app,
  _instance,
  message,
  { host, center, frames },
) => {
  const fields = notificationFields(message)
  const request = readNotification(app, fields, host.limits.notificationBytesMax)
  const refusal = typeof request === 'string' ? request : center.create(app, request)
  if (refusal === undefined) return
  host.journal.ignore(refusal, app.idApp, fields)
  const notifId = typeof fields.id === 'string' ? fields.id : ''
  frames.post(app, { type: 'WebPortal.notification.evt.error', notifId })
}
