import type { ExpiringCertificates, Fleet } from '@pillion/fleet'
import type { Logger } from 'pino'
import type { Warning } from '../live/warnings.ts'

export interface ClientExpiryOptions {
  readonly fleet: Pick<Fleet, 'onChange'> & {
    readonly credentials: Pick<Fleet['credentials'], 'findExpiring'>
  }
  readonly log: Pick<Logger, 'warn' | 'error'>
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

const DAY_MS = 86_400_000
const LOOK_MS = 600_000
/** After credentials were replaced or revoked; a script that replaces thousands makes us look no more often than this. */
const LOOK_AGAIN_MS = 5_000
const NAMED_MAX = 5

/** Tells ahead of time whose client certificates end: in the log once a day, in the figures, and to whoever has the console open. */
export class ClientExpiry {
  readonly #options: ClientExpiryOptions
  readonly #now: () => number
  #found: readonly ExpiringCertificates[] = []
  #toldAt = Number.NEGATIVE_INFINITY
  #looking: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #again: NodeJS.Timeout | undefined
  #endListening: () => unknown = () => {}
  #isClosed = false

  constructor(options: ClientExpiryOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  /** As of the last look. */
  get found(): readonly ExpiringCertificates[] {
    return this.#found
  }

  /** Looks at once, and after them from here on. */
  watch(): void {
    this.#endListening = this.#options.fleet.onChange(({ ended }) => {
      if (ended !== undefined) this.#again ??= setTimeout(() => void this.look(), LOOK_AGAIN_MS).unref()
    })
    this.#timer = setInterval(() => void this.look(), LOOK_MS).unref()
    void this.look()
  }

  close(): void {
    this.#isClosed = true
    this.#endListening()
    clearInterval(this.#timer)
    clearTimeout(this.#again)
  }

  /** Never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  warnings(): Warning[] {
    return this.#some.map((each) => ({
      code: each.role === 'partner' ? 'PARTNER_CERTIFICATES_EXPIRE' : 'VEHICLE_CERTIFICATES_EXPIRE',
      text: `${describe(each)} Give new ones in time, and nobody is cut off.`,
    }))
  }

  async #look(): Promise<void> {
    clearTimeout(this.#again)
    this.#again = undefined
    try {
      this.#found = await this.#options.fleet.credentials.findExpiring()
    } catch (error) {
      // The store may have been closed in the middle of it.
      if (!this.#isClosed)
        this.#options.log.error({ err: error }, 'client certificates that end could not be looked for')
      return
    }
    const now = this.#now()
    if (this.#some.length === 0 || now - this.#toldAt < DAY_MS) return
    this.#toldAt = now
    const counts = Object.fromEntries(this.#some.map(({ role, count }) => [`${role}s`, count]))
    this.#options.log.warn(counts, this.#some.map(describe).join(' '))
  }

  get #some(): readonly ExpiringCertificates[] {
    return this.#found.filter(({ count }) => count > 0)
  }
}

function describe({ role, count, first }: ExpiringCertificates): string {
  const [soonest] = first
  if (count === 1 && soonest !== undefined)
    return `The last client certificate of ${role} ${soonest.name} is valid until ${toDay(soonest.endsAt)}.`
  const named = first.slice(0, NAMED_MAX).map(({ name, endsAt }) => `${name} (${toDay(endsAt)})`)
  const rest = count > named.length ? ' …' : ''
  const whose = `${count.toLocaleString('en')} ${role}s`
  return `The last client certificates of ${whose} end within 30 days or have ended: ${named.join(', ')}${rest}.`
}

function toDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}
