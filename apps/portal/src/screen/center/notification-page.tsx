import type { NotificationView } from '@pillion/host'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { HeadUnit } from '../../head-unit.ts'
import { Icon } from '../../icons.tsx'
import { formatDayAndTime, localTime } from '../../vehicle-time.ts'
import { AppIcon } from '../app-icon.tsx'

/** The page of one entry (W 7.4). */
export function NotificationPage({ entry, headUnit }: { entry: NotificationView; headUnit: HeadUnit }) {
  const { host } = headUnit
  const { utcOffsetMinutes } = headUnit.view.value.vehicle
  const { key, idApp, appName, title, body, icon, createdAt } = entry
  const back = useRef<HTMLButtonElement>(null)
  useLayoutEffect(() => {
    const focused = document.activeElement
    if (focused === document.body || focused?.closest('.screen')) back.current?.focus()
  }, [])
  return (
    <article class="entry-page" aria-labelledby="entry-title">
      <button type="button" class="entry-back" ref={back} onClick={() => host.openCenter()}>
        <Icon name="back" /> Back to notification center
      </button>
      <header>
        <AppIcon app={{ idApp, name: appName, ...(icon === undefined ? {} : { icon }) }} />
        <div>
          <h2 id="entry-title" dir="auto">
            {title}
          </h2>
          <time>{formatDayAndTime(localTime(createdAt, utcOffsetMinutes))}</time>
        </div>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long text is scrolled with the keyboard, too */}
      <div class="entry-full" dir="auto" tabIndex={0}>
        {body}
      </div>
      <footer>
        <button type="button" class="key is-accent" onClick={() => host.openNotificationApp(key)}>
          OPEN THE APP
        </button>
        <button type="button" class="key" onClick={() => host.deleteNotification(key)}>
          Delete this notification
        </button>
      </footer>
    </article>
  )
}
