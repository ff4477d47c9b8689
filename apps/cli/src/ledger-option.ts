import { type LedgerLevel, type LedgerLevels, type LedgerLevelsUpdate, ledgerLevels } from '@pillion/schema'
import { type Command, Option } from 'commander'
import type { AdminClient } from './client.ts'

export type LedgerChoice = LedgerLevel | 'default'

/** Adds the option for how much is recorded of somebody's messages. */
export function addLedgerOption(command: Command): Command {
  const text = 'how much is recorded of its messages; default: what the configuration says'
  return command.addOption(new Option('--ledger <level>', text).choices([...ledgerLevels, 'default']))
}

/** @returns the level in force then */
export async function setLedgerLevel(
  client: AdminClient,
  whose: 'partners' | 'pushApps',
  name: string,
  choice: LedgerChoice,
): Promise<string> {
  const update: LedgerLevelsUpdate = { [whose]: { [name]: choice === 'default' ? null : choice } }
  const levels = await client.put<LedgerLevels>('/ledger-levels', update)
  return levels[whose][name] ?? levels.defaults.level
}
