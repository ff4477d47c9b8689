import type { HostMessage } from '@pillion/schema'
import type { AppFrames } from './app-frames.ts'
import type { DropReason } from './drop-reasons.ts'
import { findApp, type HostState, isDriving } from './host-state.ts'
import type { HostedApp } from './hosted-app.ts'
import type { Lifecycle } from './lifecycle.ts'
import { type NotificationEntry, notificationKey } from './notification-entry.ts'
import type { PopupQueue } from './popup-queue.ts'
import type { NotificationRequest } from './read-notification.ts'
import type { NotificationKey, NotificationView } from './view.ts'

/** The notifications of all apps, their prompts and their screens: the steps of W 7.4, cited by their numbers. */
export class NotificationCenter {
  #host: HostState
  #frames: AppFrames
  #lifecycle: Lifecycle
  #popups: PopupQueue
  #keep: (entries: readonly NotificationEntry[]) => void
  #views: { of: readonly unknown[]; list: readonly NotificationView[] } = { of: [], list: [] }

  /** `keep` is called with all entries after each change. */
  constructor(parts: {
    host: HostState
    frames: AppFrames
    lifecycle: Lifecycle
    popups: PopupQueue
    keep: (entries: readonly NotificationEntry[]) => void
  }) {
    this.#host = parts.host
    this.#frames = parts.frames
    this.#lifecycle = parts.lifecycle
    this.#popups = parts.popups
    this.#keep = parts.keep
  }

  /** Newest first; the same array until something changes, for a view is due after every message there is. */
  get views(): readonly NotificationView[] {
    const { notifications, wall } = this.#host
    if (this.#views.of[0] !== notifications || this.#views.of[1] !== wall) {
      const list = notifications.map((entry) => buildView(entry, findApp(this.#host, entry.idApp)))
      this.#views = { of: [notifications, wall], list }
    }
    return this.#views.list
  }

  /** Steps 1 and 2. */
  create(app: HostedApp, request: NotificationRequest): DropReason | undefined {
    const { notifications, limits, clock, journal } = this.#host
    const key = notificationKey(request)
    if (this.#find(key)) return 'notification_exists'
    if (notifications.length >= limits.notificationsMax) return 'notifications_full'
    this.#change([{ ...request, createdAt: clock.now(), isNew: true }, ...notifications])
    journal.note('notification_created', app.idApp, request.body)
    this.#post(request, { type: 'WebPortal.notification.evt.created', notifId: request.id })
    this.#prompt(app, key, request.body)
    return undefined
  }

  /** The list. It takes the screen from the app that has it. */
  open(): void {
    this.#lifecycle.showWall()
    this.#lifecycle.showModule('web')
    this.#host.center = { open: true, entry: undefined }
    this.#host.changed()
  }

  /** To the wall. */
  close(): void {
    if (this.#host.center.open) this.#lifecycle.showWall()
  }

  /** From an entry's page to the list, from there to the wall. */
  back(): void {
    const { center } = this.#host
    if (center.open && center.entry !== undefined) this.open()
    else this.close()
  }

  /** Steps 2a and 3: its page. */
  select(key: NotificationKey): void {
    const entry = this.#find(key)
    if (!entry) return
    this.open()
    this.#host.center = { open: true, entry: key }
    this.#takePrompt(key)
    this.#change(
      this.#host.notifications.map((other) => (other === entry ? { ...entry, isNew: false } : other)),
    )
    this.#post(entry, { type: 'WebPortal.notification.evt.show', notifId: entry.id })
  }

  /** Step 3a: the app hears of it when it is on screen. */
  openApp(key: NotificationKey): void {
    const entry = this.#remove(key)
    const app = entry && findApp(this.#host, entry.idApp)
    if (!app) return
    const data = Object.hasOwn(entry, 'data') ? { data: entry.data } : {}
    this.#lifecycle.openWith(app, {
      message: { type: 'WebPortal.notification.evt.click', notifId: entry.id, ...data },
    })
  }

  /** Step 3b. */
  delete(key: NotificationKey): void {
    const entry = this.#remove(key)
    if (entry) this.#post(entry, { type: 'WebPortal.notification.evt.close', notifId: entry.id })
  }

  /** The app has left the wall. */
  forget(idApp: string): void {
    for (const entry of this.#host.notifications) {
      if (entry.idApp === idApp) this.#remove(notificationKey(entry))
    }
  }

  #prompt(app: HostedApp, key: NotificationKey, text: string): void {
    const mayShow = () => !isDriving(this.#host)
    if (!mayShow()) return
    const accepted = this.#popups.ask({
      idApp: app.idApp,
      kind: 'prompt',
      notification: key,
      text,
      button: true,
      mayShow,
      shown: () => {},
      closed: (outcome) => {
        if (outcome === 'ok') this.select(key)
      },
    })
    if (!accepted) this.#frames.post(app, { type: 'WebPortal.OverflowPopup' })
  }

  /** Who has seen the entry needs no prompt for it. */
  #takePrompt(key: NotificationKey): void {
    this.#popups.forget(({ notification }) => notification === key)
  }

  #remove(key: NotificationKey): NotificationEntry | undefined {
    const entry = this.#find(key)
    if (!entry) return undefined
    const { center } = this.#host
    if (center.open && center.entry === key) this.#host.center = { open: true, entry: undefined }
    this.#takePrompt(key)
    this.#change(this.#host.notifications.filter((other) => other !== entry))
    return entry
  }

  #find(key: NotificationKey): NotificationEntry | undefined {
    return this.#host.notifications.find((entry) => notificationKey(entry) === key)
  }

  #change(entries: readonly NotificationEntry[]): void {
    this.#host.notifications = entries
    this.#host.changed()
    this.#keep(entries)
  }

  #post({ idApp }: { idApp: string }, message: HostMessage): void {
    const app = findApp(this.#host, idApp)
    if (app) this.#frames.post(app, message)
  }
}

function buildView(entry: NotificationEntry, app: HostedApp | undefined): NotificationView {
  const { idApp, body, createdAt, isNew } = entry
  const appName = app?.about.name ?? idApp
  const icon = entry.icon ?? app?.about.icon
  return {
    key: notificationKey(entry),
    idApp,
    appName,
    title: entry.title ?? appName,
    body,
    ...(icon === undefined ? {} : { icon }),
    createdAt,
    isNew,
  }
}
