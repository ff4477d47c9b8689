import type { LogEntry } from '@pillion/host'
import { signal } from '@preact/signals'
import { cut, describeDetail } from './log-detail.ts'

/** A log entry as it is kept: its texts cut, so that a thousand large payloads do not fill the memory. */
export interface LogRow extends Omit<LogEntry, 'detail'> {
  /** Counts up and never repeats. */
  readonly id: number
  readonly detail: string
}

export const logRowsMax = 1_000
export const textCharactersMax = 1_000
/** What an app gives as the level is its own word. */
const levels = ['log', 'info', 'warn', 'error'] as const
/** How often the screen hears of new rows, however fast they come. */
const tellMilliseconds = 100

/** Everything in and out, newest last; at most `logRowsMax` rows, the oldest fall out. */
export class EventLog {
  /** A new array after changes, some time later; stands still while paused. */
  readonly rows = signal<readonly LogRow[]>([])
  readonly paused = signal(false)
  /** Rows that came while paused. */
  readonly missed = signal(0)
  #rows: LogRow[] = []
  #nextId = 1
  #telling = false

  add(entry: LogEntry): void {
    const text = cut(entry.text, textCharactersMax)
    this.#rows.push({ ...entry, ...kindAndDetail(entry), id: this.#nextId++, text })
    if (this.#rows.length > logRowsMax) this.#rows.shift()
    if (this.#telling) return
    this.#telling = true
    setTimeout(() => {
      this.#telling = false
      this.#tell()
    }, tellMilliseconds)
  }

  clear(): void {
    this.#rows = []
    this.missed.value = 0
    this.rows.value = []
  }

  setPaused(paused: boolean): void {
    this.paused.value = paused
    this.#tell()
  }

  #tell(): void {
    const newest = this.#rows.at(-1)?.id ?? 0
    if (this.paused.value) {
      this.missed.value = newest - (this.rows.value.at(-1)?.id ?? 0)
      return
    }
    this.missed.value = 0
    this.rows.value = [...this.#rows]
  }
}

/** A line of an app's console has nothing to open: its level is part of its kind, such as `console.error`. */
function kindAndDetail({ kind, detail }: LogEntry): Pick<LogRow, 'kind' | 'detail'> {
  if (kind !== 'console') return { kind, detail: describeDetail(detail) }
  const { level } = (detail ?? {}) as { level?: unknown }
  return { kind: `console.${levels.find((known) => known === level) ?? 'log'}`, detail: '' }
}
