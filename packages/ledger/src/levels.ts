import { type LedgerBody, type LedgerLevel, type LedgerLevels, ledgerLevels } from '@pillion/schema'
import type { LevelChanges, SetLevels } from './ports/ledger-store.ts'

export interface LevelDefaults {
  readonly level: LedgerLevel
  readonly body: LedgerBody
  readonly retentionDays: number
}

/** How much is recorded of whose messages. */
export class Levels {
  /** Grows with each change. */
  epoch = 0
  /** Is anything recorded of anybody? */
  isAnyOn: boolean
  /** Is nothing recorded of somebody? */
  isAnyOff: boolean
  defaults: LevelDefaults
  readonly #partners = new Map<string, LedgerLevel>()
  readonly #pushApps = new Map<string, LedgerLevel>()

  constructor(defaults: LevelDefaults) {
    this.defaults = defaults
    this.isAnyOff = defaults.level === 'off'
    this.isAnyOn = !this.isAnyOff
  }

  ofPartner(uid: string | undefined): LedgerLevel {
    return (uid === undefined ? undefined : this.#partners.get(uid)) ?? this.defaults.level
  }

  ofPushApp(appID: string): LedgerLevel {
    return this.#pushApps.get(appID) ?? this.defaults.level
  }

  /** From now on, of those who have no level of their own. */
  useDefaults(defaults: Partial<LevelDefaults>): void {
    this.defaults = { ...this.defaults, ...defaults }
    this.change({})
  }

  /** Those that are named; null: back to the default. */
  change({ partners = {}, pushApps = {} }: LevelChanges): void {
    apply(this.#partners, partners)
    apply(this.#pushApps, pushApps)
    const all = [this.defaults.level, ...this.#partners.values(), ...this.#pushApps.values()]
    this.isAnyOn = all.some((level) => level !== 'off')
    this.isAnyOff = all.includes('off')
    this.epoch++
  }

  /** As the store has them, and no others. */
  replace({ partners, pushApps }: SetLevels): void {
    this.#partners.clear()
    this.#pushApps.clear()
    this.change({ partners, pushApps })
  }

  view(): LedgerLevels {
    return {
      defaults: { ...this.defaults },
      partners: Object.fromEntries(this.#partners),
      pushApps: Object.fromEntries(this.#pushApps),
    }
  }
}

function apply(
  levels: Map<string, LedgerLevel>,
  changes: Readonly<Record<string, LedgerLevel | null>>,
): void {
  for (const [name, level] of Object.entries(changes)) {
    if (level !== null && ledgerLevels.includes(level)) levels.set(name, level)
    else levels.delete(name)
  }
}
