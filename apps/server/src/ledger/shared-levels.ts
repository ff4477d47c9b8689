import type { Ledger, LedgerStore, LevelChanges } from '@pillion/ledger'
import type { NatsNodes } from '@pillion/relay-nats'
import type { LedgerLevels } from '@pillion/schema'
import type { Logger } from 'pino'

export const LEVELS_NOTICE = 'ledger-levels'

export interface SharedLevelsOptions {
  readonly ledger: Pick<Ledger, 'levels' | 'setLevels' | 'epoch'>
  readonly store: Pick<LedgerStore, 'levels' | 'setLevels'>
  readonly nodes: Pick<NatsNodes, 'notices'> | undefined
  readonly log: Pick<Logger, 'error'>
}

/** How much is recorded of whose messages: the same on every node. */
export class SharedLevels {
  readonly #options: SharedLevelsOptions

  constructor(options: SharedLevelsOptions) {
    this.#options = options
  }

  get view(): LedgerLevels {
    return this.#options.ledger.levels
  }

  async change(changes: LevelChanges): Promise<LedgerLevels> {
    const { ledger, store, nodes } = this.#options
    await store.setLevels(changes)
    ledger.setLevels(changes)
    nodes?.notices.tell(LEVELS_NOTICE, changes)
    return ledger.levels
  }

  /**
   * Whoever had the name is gone, or somebody has just got it: nobody inherits a level. Never rejects, for who has been added must be
   * told its password, whatever becomes of this; what could not end with the one ends with the other.
   */
  async forget(whose: 'partners' | 'pushApps', name: string): Promise<void> {
    if (!Object.hasOwn(this.view[whose], name)) return
    try {
      await this.change({ [whose]: { [name]: null } })
    } catch (error) {
      this.#options.log.error({ err: error, whose, name }, 'a level of the ledger could not be ended')
    }
  }

  /** Another node has stored it. */
  changedElsewhere(changes: LevelChanges): void {
    this.#options.ledger.setLevels(changes)
  }

  /** Something may have been missed. */
  async readAgain(): Promise<void> {
    const { ledger, store } = this.#options
    const { epoch } = ledger
    const stored = await store.levels()
    // Something was set or ended while the store was asked: what it said may be from before.
    if (ledger.epoch !== epoch) return this.readAgain()
    const { partners, pushApps } = ledger.levels
    ledger.setLevels({
      partners: { ...withoutAny(partners), ...stored.partners },
      pushApps: { ...withoutAny(pushApps), ...stored.pushApps },
    })
  }
}

function withoutAny(levels: Readonly<Record<string, unknown>>): Record<string, null> {
  return Object.fromEntries(Object.keys(levels).map((name) => [name, null]))
}
