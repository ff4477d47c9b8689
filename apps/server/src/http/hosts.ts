import type { AppOrigins } from '../app-origins.ts'
import { isLoopback } from '../loopback.ts'

/** Which surface a Host header asks for. */
export type HostKind = { kind: 'main' } | { kind: 'app'; label: string } | { kind: 'refused' }

/**
 * Sorts requests by their Host header. On a loopback listener only names that cannot be anybody else's are served:
 * a page of the wide web that rebinds its own name to 127.0.0.1 must not get to talk to this server.
 */
export class Hosts {
  readonly #names: ReadonlySet<string>
  readonly #appOrigins: AppOrigins

  constructor(names: readonly string[], appOrigins: AppOrigins) {
    this.#names = new Set(names)
    this.#appOrigins = appOrigins
  }

  classify(host: string | undefined, listenerHost: string): HostKind {
    const hostname = parseHost(host)
    if (hostname === undefined) return { kind: 'refused' }
    const label = this.#appOrigins.labelOf(hostname)
    if (label !== undefined) return { kind: 'app', label }
    const isOurs = isLoopback(hostname) || this.#names.has(hostname) || !isLoopback(listenerHost)
    return { kind: isOurs ? 'main' : 'refused' }
  }

  /** Is this Origin header one of an app's page? */
  isAppOrigin(origin: string | undefined): boolean {
    const hostname = parseHost(origin?.replace(/^https?:\/\//, ''))
    return hostname !== undefined && this.#appOrigins.labelOf(hostname) !== undefined
  }
}

/**
 * Is it the name that apps are below, or another name below it? Apps can set cookies for these, so that no session may live
 * there (docs/adr/0003).
 */
export function isAppSite(host: string | undefined, { domain }: Pick<AppOrigins, 'domain'>): boolean {
  const hostname = parseHost(host)
  return hostname !== undefined && (hostname === domain || hostname.endsWith(`.${domain}`))
}

/** As in an address. `port`: null if it is the scheme's own. */
export function formatHost(name: string, port: number | null): string {
  const host = name.replace(/^::ffff:/, '')
  return `${host.includes(':') ? `[${host}]` : host}${port === null ? '' : `:${port}`}`
}

/** Host name or address without port and brackets, in lower case. */
export function parseHost(host: string | undefined): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(host ?? '')
  return (match?.[1] ?? match?.[2])?.toLowerCase().replace(/\.$/, '')
}
