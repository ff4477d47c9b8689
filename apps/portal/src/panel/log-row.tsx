import { Component, createRef } from 'preact'
import type { LogRow } from '../event-log.ts'
import { formatTime } from './log-filter.ts'

const marks = { in: '↓', out: '↑', note: '·' }
const markNames = { in: 'in', out: 'out', note: 'note' }
const markMeanings = {
  in: 'Into the head unit: from the server or from an app',
  out: 'Out of the head unit: to the server or to an app',
  note: 'What the head unit did or noticed',
}

interface LogRowProps {
  readonly row: LogRow
  /** Somebody reads it now. */
  readonly opened: () => void
}

/** A row never changes, so it is rendered once, and again only when it is opened. */
export class LogRowView extends Component<LogRowProps, { open: boolean }> {
  override state = { open: false }
  #detail = createRef<HTMLPreElement>()

  override shouldComponentUpdate(_: unknown, next: { open: boolean }): boolean {
    return next.open !== this.state.open
  }

  override componentDidUpdate(): void {
    this.#detail.current?.scrollIntoView({ block: 'nearest' })
  }

  render() {
    const { row } = this.props
    const { open } = this.state
    const line = (
      <>
        <time>{formatTime(row.at)}</time>
        <span
          class="log-mark"
          role="img"
          aria-label={markNames[row.direction]}
          title={markMeanings[row.direction]}
        >
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
            onClick={() => {
              if (!open) this.props.opened()
              this.setState({ open: !open })
            }}
          >
            {line}
          </button>
        ) : (
          <div class="log-line">{line}</div>
        )}
        {open && <pre ref={this.#detail}>{row.detail}</pre>}
      </li>
    )
  }
}
