import type { Ledger, LedgerStore, LevelChanges } from '@pillion/ledger'
import type { NatsNodes } from '@pillion/relay-nats'
import type { LedgerLevels } from '@pillion/schema'

export const LEVELS_NOTICE = 'ledger-levels'

export interface SharedLevelsOptions {
  readonly ledger: Pick<Ledger, 'levels' | 'setLevels'>
  readonly store: Pick<LedgerStore, 'levels' | 'setLevels'>
  readonly nodes: Pick<NatsNodes, 'notices'> | undefined
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

  /** Another node has stored it. */
  changedElsewhere(changes: LevelChanges): void {
    this.#options.ledger.setLevels(changes)
  }

  /** Something may have been missed. */
  async readAgain(): Promise<void> {
    const { ledger, store } = this.#options
    const stored = await store.levels()
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
