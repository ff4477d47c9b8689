import type { NotificationView } from '@pillion/host'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { HeadUnit } from '../../head-unit.ts'
import { Icon } from '../../icons.tsx'
import { formatDay, localTime } from '../../vehicle-time.ts'
import { AppIcon } from '../app-icon.tsx'

interface NotificationListProps {
  readonly headUnit: HeadUnit
  /** Written while the list is on screen, read when it comes back. */
  readonly left: { scrollTop: number; key: string; index: number }
}

/** Sections NEW and PAST, newest first in each (W 7.4). */
export function NotificationList({ headUnit, left }: NotificationListProps) {
  const list = useRef<HTMLDivElement>(null)
  const { notifications } = headUnit.view.value
  useReturn(list, left, notifications.length)
  const sections = [
    { name: 'NEW', entries: notifications.filter(({ isNew }) => isNew) },
    { name: 'PAST', entries: notifications.filter(({ isNew }) => !isNew) },
  ].filter(({ entries }) => entries.length > 0)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the buttons in it, for all of them at once
    <div
      class="center-list"
      ref={list}
      onScroll={({ currentTarget }) => {
        left.scrollTop = currentTarget.scrollTop
      }}
      onFocusIn={({ target }) => {
        const row = (target as HTMLElement).closest('.entry')
        const entry = row?.querySelector<HTMLElement>('.entry-open')
        if (!entry) return
        left.key = entry.dataset.key ?? ''
        left.index = entriesOf(list.current).indexOf(entry)
      }}
      onKeyDown={(event) => stepThrough(event, list.current)}
    >
      {sections.length === 0 && (
        <div class="center-empty">
          <Icon name="bell" />
          <p>No notifications</p>
        </div>
      )}
      {sections.map(({ name, entries }) => (
        <section key={name} aria-label={name}>
          <h2>{name}</h2>
          <ul>
            {entries.map((entry) => (
              <Row key={entry.key} entry={entry} headUnit={headUnit} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

function Row({ entry, headUnit }: { entry: NotificationView; headUnit: HeadUnit }) {
  const { host } = headUnit
  const { utcOffsetMinutes } = headUnit.view.value.vehicle
  const { key, idApp, appName, title, body, icon, createdAt, isNew } = entry
  const day = formatDay(localTime(createdAt, utcOffsetMinutes))
  return (
    <li class={isNew ? 'entry is-new' : 'entry'}>
      <button type="button" class="entry-open" data-key={key} onClick={() => host.openNotification(key)}>
        <AppIcon app={{ idApp, name: appName, ...(icon === undefined ? {} : { icon }) }} />
        <span class="entry-text">
          <span class="entry-head">
            <b dir="auto">{title}</b>
            <time>{day}</time>
          </span>
          <span class="entry-body" dir="auto">
            {body}
          </span>
        </span>
      </button>
      <div class="entry-buttons">
        <button
          type="button"
          class="key"
          aria-label={`OPEN THE APP: ${title}`}
          onClick={() => host.openNotificationApp(key)}
        >
          OPEN THE APP
        </button>
        <button
          type="button"
          class="key"
          aria-label={`DELETE: ${title}`}
          onClick={() => host.deleteNotification(key)}
        >
          DELETE
        </button>
      </div>
    </li>
  )
}

/** The list is as it was left, and the focus on the entry it was on, or on the one that took its place when it was deleted. */
function useReturn(
  list: { current: HTMLElement | null },
  left: NotificationListProps['left'],
  count: number,
): void {
  useLayoutEffect(() => {
    if (list.current) list.current.scrollTop = left.scrollTop
  }, [list, left])
  useLayoutEffect(() => {
    const focused = document.activeElement
    if (focused !== document.body && (!focused?.closest('.screen') || focused.closest('.entry'))) return
    const entries = entriesOf(list.current)
    const entry = entries.find(({ dataset }) => dataset.key === left.key)
    ;(entry ?? entries[Math.min(left.index, entries.length - 1)])?.focus()
  }, [list, left, count])
}

/** Up and down go from entry to entry; Tab leads to the buttons of one. */
function stepThrough(event: KeyboardEvent, list: HTMLElement | null): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  if (step === 0 || !list) return
  event.preventDefault()
  const entries = entriesOf(list)
  const row = document.activeElement?.closest('.entry')?.querySelector<HTMLElement>('.entry-open')
  entries[(row ? entries.indexOf(row) : -step) + step]?.focus()
}

function entriesOf(list: HTMLElement | null): HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>('.entry-open') ?? [])]
}
