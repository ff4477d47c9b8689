import type { PartnerDetail } from '@pillion/schema'
import type { Command } from 'commander'
import { usageError } from '../cli-error.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { addLedgerOption, type LedgerChoice, setLedgerLevel } from '../ledger-option.ts'
import { alignColumns } from '../output.ts'

interface Options extends ConnectedOptions {
  ledger?: LedgerChoice
}

export function addPartnerUpdate(parent: Command): void {
  const command = parent
    .command('update')
    .description("Change how much is recorded of a partner's messages.")
    .argument('<uid>', 'the partner')
  addLedgerOption(command).addHelpText(
    'after',
    `
What \`pillion trace\` tells was recorded: off, nothing; recent, the newest in memory; durable, also in the database.

Example:
  $ pillion partner update acme --ledger durable`,
  )
  addConnectedOptions(command).action(run)
}

async function run(uid: string, { ledger, ...options }: Options): Promise<void> {
  if (ledger === undefined) throw usageError('Say what to change: --ledger LEVEL.')
  const { client, output } = connect(options)
  // Going back to the default is taken for any name: what is spelt wrong is told here.
  const partner = await client.get<PartnerDetail>(`/partners/${encodeURIComponent(uid)}`)
  const level = await setLedgerLevel(client, 'partners', partner.uid, ledger)
  const rows = [
    ['uid', partner.uid],
    ['ledger', level],
  ]
  output.result({ uid: partner.uid, ledgerLevel: level }, () => alignColumns(rows).join('\n'))
}
