import { type AppRecord, appLabel, type Fleet } from '@pillion/fleet'
import type { Logger } from 'pino'
import type { Warning } from '../live/warnings.ts'

export interface LabelClashesOptions {
  readonly fleet: Pick<Fleet, 'listApps' | 'onChange'>
  readonly log: Pick<Logger, 'warn' | 'error'>
}

/**
 * Apps that were given one DNS label between them before `APP_LABEL_TAKEN` was refused (W 11.3): they have one origin, and one folder
 * for their packages. They keep it, for an id is in the code of partners; somebody has to be told.
 */
export class LabelClashes {
  readonly #options: LabelClashesOptions
  #warnings: readonly Warning[] = []

  constructor(options: LabelClashesOptions) {
    this.#options = options
  }

  /** Says in the log which they are. No more of them can come, so whoever has none is not looked at again. */
  async open(): Promise<void> {
    const { fleet, log } = this.#options
    await this.#look()
    if (this.#warnings.length === 0) return
    for (const { code, text } of this.#warnings) log.warn({ code }, text)
    // With vehicles alone it is about who is subscribed to what.
    fleet.onChange(({ idApp, vins }) => {
      if (idApp !== undefined || vins === undefined)
        this.#look().catch((error) =>
          log.error({ err: error }, 'apps that share a label were not looked for'),
        )
    })
  }

  /** As of the last look. */
  warnings(): readonly Warning[] {
    return this.#warnings
  }

  async #look(): Promise<void> {
    const byLabel = Map.groupBy(await this.#options.fleet.listApps(), ({ idApp }) => appLabel(idApp))
    this.#warnings = [...byLabel].flatMap(([label, apps]) =>
      apps.length === 1 ? [] : [{ code: 'APPS_SHARE_LABEL', text: describe(label, apps) }],
    )
  }
}

function describe(label: string, apps: readonly AppRecord[]): string {
  const [first, ...later] = apps
    .toSorted((one, other) => one.createdAt - other.createdAt)
    .map(({ idApp }) => idApp)
  return `Apps ${[first, ...later].join(' and ')} share the host name ${label} and the folder of their packages: each may show what is the other’s. Remove ${later.join(' and ')}, which came later, add it under another id and subscribe its vehicles to that, then install the package of ${first} again.`
}
