import { isTooDeep } from '@pillion/schema'
import type { DropReason } from './drop-reasons.ts'
import type { UncheckedMessage } from './handle/index.ts'
import type { HostedApp } from './hosted-app.ts'
import { stringifyWithin } from './json-within.ts'
import type { NotificationEntry } from './notification-entry.ts'

export type NotificationRequest = Omit<NotificationEntry, 'createdAt' | 'isNew'>

/** The request of W 7.4, in either envelope: its fields stand in `notification`, or beside the `type`. */
export function notificationFields({ notification, ...message }: UncheckedMessage): UncheckedMessage {
  return typeof notification === 'object' && notification !== null
    ? (notification as UncheckedMessage)
    : message
}

export function readNotification(
  app: HostedApp,
  { id, body, title, icon, data }: UncheckedMessage,
  bytesMax: number,
): NotificationRequest | DropReason {
  if (typeof id !== 'string' || id === '' || typeof body !== 'string' || body === '')
    return 'notification_malformed'
  const iconUrl = ownIcon(app, icon)
  return asJson(
    {
      idApp: app.idApp,
      id,
      body,
      ...(typeof title === 'string' && title !== '' ? { title } : {}),
      ...(iconUrl === undefined ? {} : { icon: iconUrl }),
      ...(data === undefined ? {} : { data }),
    },
    bytesMax,
  )
}

/** What the app gets back is the same before and after a restart. */
function asJson(request: NotificationRequest, bytesMax: number): NotificationRequest | DropReason {
  try {
    const text = stringifyWithin(request, bytesMax)
    if (new TextEncoder().encode(text).length > bytesMax) return 'notification_too_large'
    const read = JSON.parse(text)
    return isTooDeep(read) ? 'notification_too_large' : read
  } catch {
    return 'notification_too_large'
  }
}

/** Nothing of another origin: it would tell its owner who reads notifications when (W 7.4). */
function ownIcon({ about }: HostedApp, icon: unknown): string | undefined {
  const url = typeof icon === 'string' ? URL.parse(icon, about.url) : null
  const own = new URL(about.url)
  // Not by `origin`: a blob of the app's own has that as well, and only its document can read it.
  return url && url.protocol === own.protocol && url.host === own.host ? url.href : undefined
}
