import { appLabel } from '@pillion/fleet'

/**
 * Where each vehicle app lives: an origin of its own, so that the browser keeps apps apart from each other and
 * from the portal (W 11.3, 11.4).
 */
export class AppOrigins {
  readonly #template: string
  readonly #portOf: (listener: 'http' | 'https') => number
  readonly #hostPattern: RegExp

  /** @param template the configuration's `apps.origin` @param portOf the listener's port as bound */
  constructor(template: string, portOf: (listener: 'http' | 'https') => number) {
    this.#template = template
    this.#portOf = portOf
    this.#hostPattern = new RegExp(`^([a-z0-9-]{1,63})\\.${this.domain.replaceAll('.', '\\.')}$`)
  }

  originOf(idApp: string): string {
    return this.#fill(appLabel(idApp))
  }

  /** Matches every app's origin in a content security policy. */
  get wildcard(): string {
    return this.#fill('*')
  }

  /** Matches every app's host in a certificate. */
  get wildcardName(): string {
    return `*.${this.domain}`
  }

  /** The label that a host name without port carries; undefined = not an app's host. */
  labelOf(hostname: string): string | undefined {
    return this.#hostPattern.exec(hostname)?.[1]
  }

  /** The host name that all app hosts are below, without port; the portal page is served there too. */
  get domain(): string {
    return this.#template.replace(/^https?:\/\/\{app\}\./, '').replace(/:.*$/, '')
  }

  #fill(label: string): string {
    const scheme = this.#template.startsWith('https:') ? 'https' : 'http'
    return this.#template.replace('{app}', label).replace('{port}', String(this.#portOf(scheme)))
  }
}
