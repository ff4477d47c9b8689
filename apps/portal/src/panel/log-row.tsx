import { Component } from 'preact'
import type { LogRow } from '../event-log.ts'
import { formatTime } from './log-filter.ts'

const marks = { in: '↓', out: '↑', note: '·' }
const markNames = { in: 'in', out: 'out', note: 'note' }

/** A row never changes, so it is rendered once, and again only when it is opened. */
export class LogRowView extends Component<{ row: LogRow }, { open: boolean }> {
  override state = { open: false }

  override shouldComponentUpdate(_: unknown, next: { open: boolean }): boolean {
    return next.open !== this.state.open
  }

  render() {
    const { row } = this.props
    const { open } = this.state
    const line = (
      <>
        <time>{formatTime(row.at)}</time>
        <span class="log-mark" role="img" aria-label={markNames[row.direction]}>
          {marks[row.direction]}
        </span>
        <span class="log-kind">{row.kind}</span>
        {row.idApp && <span class="log-app">{row.idApp}</span>}
        <span class="log-text">{row.text}</span>
        {row.reason && <span class="log-reason">{row.reason}</span>}
      </>
    )
    return (
      <li class={`log-row is-${row.direction} kind-${row.kind}`}>
        {row.detail ? (
          <button
            type="button"
            class="log-line"
            aria-expanded={open}
            onClick={() => this.setState({ open: !open })}
          >
            {line}
          </button>
        ) : (
          <div class="log-line">{line}</div>
        )}
        {open && <pre>{row.detail}</pre>}
      </li>
    )
  }
}
