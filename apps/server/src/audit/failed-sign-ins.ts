import type { Logger } from 'pino'
import type { AuditLog } from './audit-log.ts'

const PER_MINUTE_MAX = 30
const MINUTE_MS = 60_000

/**
 * Failed sign-ins in the audit log: so many a minute, or somebody who guesses from many addresses would fill the disk. Of the
 * others the next entry says how many there were.
 */
export class FailedSignIns {
  readonly #audit: Pick<AuditLog, 'write'>
  readonly #log: Pick<Logger, 'error'>
  readonly #now: () => number
  #minuteEndsAt = 0
  #noted = 0
  #passedOver = 0

  constructor(options: { audit: Pick<AuditLog, 'write'>; log: Pick<Logger, 'error'>; now?: () => number }) {
    this.#audit = options.audit
    this.#log = options.log
    this.#now = options.now ?? Date.now
  }

  /** Never rejects: whoever failed is refused whether that can be kept or not. */
  async note(failure: { action: string; address: string; target?: string | undefined }): Promise<void> {
    const now = this.#now()
    if (now >= this.#minuteEndsAt) {
      this.#minuteEndsAt = now + MINUTE_MS
      this.#noted = 0
    }
    if (this.#noted >= PER_MINUTE_MAX) {
      this.#passedOver++
      return
    }
    this.#noted++
    const details = this.#passedOver === 0 ? {} : { passedOver: this.#passedOver }
    this.#passedOver = 0
    try {
      await this.#audit.write({ actor: 'anonymous', ...failure, details })
    } catch (error) {
      this.#log.error({ err: error }, 'a failed sign-in could not be kept in the audit log')
    }
  }
}
