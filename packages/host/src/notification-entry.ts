import type { NotificationKey } from './view.ts'

/** An entry of the notification center (W 7.4), as it is kept: plain JSON. */
export interface NotificationEntry {
  readonly idApp: string
  /** Chosen by the app, unique among its entries. */
  readonly id: string
  /** Absent: the app's name. */
  readonly title?: string
  readonly body: string
  /** Absolute URL on the app's own origin; absent: the app's icon. */
  readonly icon?: string
  /** Given back in `evt.click`. */
  readonly data?: unknown
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly isNew: boolean
}

export function notificationKey({ idApp, id }: { idApp: string; id: string }): NotificationKey {
  return JSON.stringify([idApp, id])
}
