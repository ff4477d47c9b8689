import { appLabel, type Fleet } from '@pillion/fleet'
import type { IdApp } from '@pillion/schema'
import type { AppOrigins } from '../app-origins.ts'
import { parseHost } from './hosts.ts'

/** Finds the app that a Host header belongs to. */
export class AppHosts {
  readonly #fleet: Fleet
  readonly #appOrigins: AppOrigins
  /** Labels found since an app was last removed or installed. An app never changes its id, but its label may become another's. */
  #known = new Map<string, IdApp>()

  constructor(fleet: Fleet, appOrigins: AppOrigins) {
    this.#fleet = fleet
    this.#appOrigins = appOrigins
    fleet.onChange(({ idApp, vins }) => {
      // With vehicles alone it is about who is subscribed to what; without both, of another node, maybe about any app.
      if (idApp !== undefined || vins === undefined) this.#known = new Map()
    })
  }

  async find(host: string | undefined): Promise<IdApp | undefined> {
    const label = this.#appOrigins.labelOf(parseHost(host) ?? '')
    if (label === undefined) return undefined
    // What is found while an app goes is not known to those who ask afterwards.
    const known = this.#known
    const idApp = known.get(label) ?? (await this.#search(label))
    if (idApp !== undefined) known.set(label, idApp)
    return idApp
  }

  /** A label can be made of an id, but not the other way round. */
  async #search(label: string): Promise<IdApp | undefined> {
    const apps = await this.#fleet.listApps()
    return apps.find(({ idApp }) => appLabel(idApp) === label)?.idApp
  }
}
