import { type ReadonlySignal, useSignal } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { type EventLog, type LogRow, logRowsMax } from '../event-log.ts'
import { Icon } from '../icons.tsx'
import { copyText } from './copy-text.ts'
import { Drops } from './drops.tsx'
import { filterRows, formatRow, type Show, shows } from './log-filter.ts'
import { LogRowView } from './log-row.tsx'

interface LogViewProps {
  readonly log: EventLog
  readonly drops: ReadonlySignal<readonly (readonly [reason: string, count: number])[]>
}

/** Every message in and out, newest at the end, and what was dropped. */
export function LogView({ log, drops }: LogViewProps) {
  const words = useSignal('')
  const show = useSignal<Show>('all')
  const all = log.rows.value
  const rows = filterRows(all, show.value, words.value)
  return (
    <section class="log" aria-label="Log">
      <div class="log-head">
        <h2>Log</h2>
        <span class="log-count">
          {rows.length === all.length ? rows.length : `${rows.length} of ${all.length}`}
          {all.length === logRowsMax && ' (full)'}
          {log.missed.value > 0 && ` · ${log.missed.value} more`}
        </span>
        <LogButtons log={log} rows={rows} />
      </div>
      <div class="log-filter">
        <input
          type="search"
          placeholder="Filter: app, text, reason…"
          aria-label="Filter the log"
          value={words.value}
          onInput={(event) => {
            words.value = event.currentTarget.value
          }}
        />
        <select
          aria-label="Show"
          value={show.value}
          onChange={(event) => {
            show.value = event.currentTarget.value as Show
          }}
        >
          {Object.entries(shows).map(([value, { name }]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <Drops drops={drops} />
      <Rows rows={rows} query={`${show.value} ${words.value}`} />
    </section>
  )
}

function LogButtons({ log, rows }: { log: EventLog; rows: readonly LogRow[] }) {
  const copied = useSignal(false)
  const paused = log.paused.value
  const copy = async () => {
    copied.value = await copyText(rows.map(formatRow).join('\n'))
    setTimeout(() => {
      copied.value = false
    }, 1_500)
  }
  return (
    <div class="log-buttons">
      <button type="button" class="small" aria-pressed={paused} onClick={() => log.setPaused(!paused)}>
        <Icon name={paused ? 'play' : 'pause'} /> {paused ? 'Resume' : 'Pause'}
      </button>
      <button type="button" class="small" onClick={copy}>
        <Icon name={copied.value ? 'check' : 'copy'} /> {copied.value ? 'Copied' : 'Copy'}
      </button>
      <button type="button" class="small" onClick={() => log.clear()}>
        <Icon name="clear" /> Clear
      </button>
    </div>
  )
}

/** Drawn while the log is followed, and more at a time for whoever scrolls up: a thousand would take most of the page's time. */
const drawnRows = 200

interface RowsProps {
  readonly rows: readonly LogRow[]
  /** What they were picked by. */
  readonly query: string
}

/**
 * Follows the end, until the reader scrolls away from it or opens a row; then the rows that are there stay, and older ones come on
 * demand. Another query begins at the end again.
 */
function Rows({ rows, query }: RowsProps) {
  const list = useRef<HTMLOListElement>(null)
  const following = useSignal(true)
  const firstId = useSignal(0)
  const drawn = following.value ? rows.slice(-drawnRows) : rows.filter(({ id }) => id >= firstId.value)
  const firstDrawn = useRef(0)
  firstDrawn.current = drawn[0]?.id ?? 0
  useLayoutEffect(() => {
    following.value = true
  }, [query, following])
  useLayoutEffect(() => {
    if (list.current && following.value) list.current.scrollTop = list.current.scrollHeight
  })
  const stay = () => {
    if (following.value) firstId.value = firstDrawn.current
    following.value = false
  }
  const scrolled = ({ scrollTop, scrollHeight, clientHeight }: HTMLOListElement) => {
    const first = drawn[0]?.id ?? 0
    if (following.value) firstId.value = first
    following.value = scrollHeight - scrollTop - clientHeight < 24
    if (!following.value && scrollTop < clientHeight) firstId.value = first - drawnRows
  }
  return (
    <div class="log-body">
      <ol class="log-rows" ref={list} onScroll={({ currentTarget }) => scrolled(currentTarget)}>
        {rows.length === 0 && <li class="log-empty">Nothing to show.</li>}
        {drawn.map((row) => (
          <LogRowView key={row.id} row={row} opened={stay} />
        ))}
      </ol>
      {!following.value && (
        <button type="button" class="small log-latest" onClick={() => (following.value = true)}>
          Latest ↓
        </button>
      )}
    </div>
  )
}
