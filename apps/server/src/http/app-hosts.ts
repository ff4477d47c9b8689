import type { Fleet } from '@pillion/fleet'
import type { IdApp } from '@pillion/schema'
import { appLabel } from '../app-label.ts'
import type { AppOrigins } from '../app-origins.ts'
import { parseHost } from './hosts.ts'

/** Finds the app that a Host header belongs to. */
export class AppHosts {
  readonly #fleet: Fleet
  readonly #appOrigins: AppOrigins
  /** Labels found once; an app never changes its id. */
  readonly #known = new Map<string, IdApp>()

  constructor(fleet: Fleet, appOrigins: AppOrigins) {
    this.#fleet = fleet
    this.#appOrigins = appOrigins
  }

  async find(host: string | undefined): Promise<IdApp | undefined> {
    const label = this.#appOrigins.labelOf(parseHost(host) ?? '')
    if (label === undefined) return undefined
    const idApp = this.#known.get(label) ?? (await this.#search(label))
    if (idApp !== undefined) this.#known.set(label, idApp)
    return idApp
  }

  /** A label can be made of an id, but not the other way round. */
  async #search(label: string): Promise<IdApp | undefined> {
    const apps = await this.#fleet.listApps()
    return apps.find(({ idApp }) => appLabel(idApp) === label)?.idApp
  }
}
