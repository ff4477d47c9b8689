import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Logger } from 'pino'
import type { Warning } from '../live/warnings.ts'

export interface Expiry {
  /** Whose it is: `server`, `authority` …; the same at each look. */
  readonly name: string
  /** Milliseconds since 1970. */
  readonly endsAt: number
}

const DAY_MS = 86_400_000
/** Enough to get another one from whoever signs them. */
const WARN_BEFORE_MS = 30 * DAY_MS

/** The end of a certificate, the first of several in `pem`; none if there is none. */
export function readExpiry(name: string, pem: string): Expiry[] {
  return pem === '' ? [] : [{ name, endsAt: Date.parse(new X509Certificate(pem).validTo) }]
}

/** The same, of a file that may be gone; '' stands for none. */
export function readExpiryOfFile(name: string, file: string): Expiry[] {
  try {
    return file === '' ? [] : readExpiry(name, readFileSync(file, 'utf8'))
  } catch {
    return []
  }
}

/** Those that end within 30 days, or have ended. */
export function findExpiring(expiries: readonly Expiry[], now: number): (Warning & Expiry)[] {
  return expiries
    .filter(({ endsAt }) => endsAt - now <= WARN_BEFORE_MS)
    .map((expiry) => ({ code: 'CERTIFICATE_EXPIRES', text: describe(expiry, now), ...expiry }))
}

function describe({ name, endsAt }: Expiry, now: number): string {
  const date = new Date(endsAt).toISOString().slice(0, 10)
  const days = Math.floor((endsAt - now) / DAY_MS)
  const when = days < 0 ? `has ended on ${date}` : `ends on ${date}, in ${days} days`
  return `The certificate “${name}” ${when}: replace it, and nobody is cut off.`
}

/** Says so in the log, of each certificate once a day however often it is asked. */
export class ExpiryLog {
  readonly #log: Pick<Logger, 'warn'>
  readonly #toldAt = new Map<string, number>()

  constructor(log: Pick<Logger, 'warn'>) {
    this.#log = log
  }

  tell(expiries: readonly Expiry[], now: number): void {
    for (const { name, endsAt, text } of findExpiring(expiries, now)) {
      if (now - (this.#toldAt.get(name) ?? Number.NEGATIVE_INFINITY) < DAY_MS) continue
      this.#toldAt.set(name, now)
      this.#log.warn({ certificate: name, endsAt: new Date(endsAt).toISOString() }, text)
    }
  }
}
