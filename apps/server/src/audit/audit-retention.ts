import type { Logger } from 'pino'
import type { AuditLog } from './audit-log.ts'

export interface AuditRetentionOptions {
  readonly audit: Pick<AuditLog, 'removeOlderThan'>
  /** Asked each time; 0 = entries are kept for good. */
  readonly days: () => number
  readonly log: Pick<Logger, 'info' | 'warn'>
}

const LOOK_MS = 3_600_000

/** Removes what the audit log need not keep any longer, if the configuration says how long that is. */
export class AuditRetention {
  readonly #options: AuditRetentionOptions
  #timer: NodeJS.Timeout | undefined
  #last: Promise<void> = Promise.resolve()

  constructor(options: AuditRetentionOptions) {
    this.#options = options
  }

  open(): void {
    const look = () => {
      this.#last = this.look()
    }
    this.#timer = setInterval(look, LOOK_MS).unref()
    look()
  }

  /** Waits for what is being removed. */
  close(): Promise<void> {
    clearInterval(this.#timer)
    return this.#last
  }

  /** Never rejects. */
  async look(): Promise<void> {
    const { audit, days, log } = this.#options
    const retentionDays = days()
    if (retentionDays === 0) return
    try {
      const entries = await audit.removeOlderThan(retentionDays)
      if (entries > 0) log.info({ entries, retentionDays }, 'old entries of the audit log removed')
    } catch (error) {
      log.warn(
        { err: error },
        'old entries of the audit log could not be removed; it is tried again in an hour',
      )
    }
  }
}
