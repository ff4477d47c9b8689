import type { PartnerDetail } from '@pillion/schema'
import type { Command } from 'commander'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { describeCredentials } from '../describe-credentials.ts'
import { alignColumns } from '../output.ts'

export function addPartnerShow(parent: Command): void {
  const command = parent
    .command('show')
    .description('Show a partner: its apps, its connections, and its certificates with their ends.')
    .argument('<uid>', 'the partner')
    .addHelpText('after', '\nExample:\n  $ pillion partner show acme')
  addConnectedOptions(command).action(run)
}

async function run(uid: string, options: ConnectedOptions): Promise<void> {
  const { client, output } = connect(options)
  const partner = await client.get<PartnerDetail>(`/partners/${encodeURIComponent(uid)}`)
  const rows = [
    ['uid', partner.uid],
    ['name', partner.name],
    ['added', partner.createdAt],
    ['apps', partner.apps.join(', ')],
    ['connections', String(partner.connections)],
    ['ledger', partner.ledgerLevel],
    ...describeCredentials(partner),
  ]
  output.result(partner, () => alignColumns(rows).join('\n'))
}
