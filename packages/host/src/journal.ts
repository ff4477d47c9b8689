import { type DropReason, dropReasons } from './drop-reasons.ts'
import type { Clock } from './ports/clock.ts'
import type { LogEntry } from './view.ts'

/** The log of everything in and out, and the count of what was dropped. */
export class Journal {
  /** Drops so far, by reason. */
  readonly drops: Partial<Record<DropReason, number>> = {}
  #clock: Clock
  #log: (entry: LogEntry) => void
  #changed: () => void

  constructor(clock: Clock, log: (entry: LogEntry) => void, changed: () => void) {
    this.#clock = clock
    this.#log = log
    this.#changed = changed
  }

  write(entry: Omit<LogEntry, 'at'>): void {
    this.#log({ at: this.#clock.now(), ...entry })
  }

  note(kind: string, idApp: string | undefined, text: string): void {
    this.write({ direction: 'note', kind, idApp, text })
  }

  /** A message of a partner or an app that comes to nothing. */
  drop(reason: DropReason, idApp: string | undefined, detail: unknown): void {
    this.drops[reason] = (this.drops[reason] ?? 0) + 1
    this.write({ direction: 'note', kind: 'dropped', idApp, text: dropReasons[reason], reason, detail })
    this.#changed()
  }

  /** Something from a frame that means nothing to the host (W 5); no message is lost with it. */
  ignore(reason: DropReason, idApp: string, detail: unknown): void {
    this.write({ direction: 'note', kind: 'ignored', idApp, text: dropReasons[reason], reason, detail })
  }
}
