import { useRef } from 'preact/hooks'
import type { HeadUnit } from '../../head-unit.ts'
import { NotificationList } from './notification-list.tsx'
import { NotificationPage } from './notification-page.tsx'

/** The notification center: its list, or the page of one entry (W 7.4). */
export function Center({ headUnit }: { headUnit: HeadUnit }) {
  const { center, notifications } = headUnit.view.value
  const entry = center.open ? notifications.find(({ key }) => key === center.entry) : undefined
  // Where the list was left, and which entry the focus goes back to.
  const left = useRef({ scrollTop: 0, key: '', index: 0 })
  return (
    <section class="center" aria-label="Notification center">
      {entry ? (
        <NotificationPage key={entry.key} entry={entry} headUnit={headUnit} />
      ) : (
        <NotificationList headUnit={headUnit} left={left.current} />
      )}
    </section>
  )
}
