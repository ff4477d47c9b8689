import type { Partner } from '@pillion/schema'
import type { Command } from 'commander'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'

export function addPartnerList(parent: Command): void {
  const command = parent
    .command('list')
    .description('List the partners.')
    .addHelpText('after', '\nExample:\n  $ pillion partner list')
  addConnectedOptions(command).action(run)
}

async function run(options: ConnectedOptions): Promise<void> {
  const { client, output, command } = connect(options)
  const partners = await client.get<Partner[]>('/partners')
  if (output.json) return output.result(partners, String)
  output.table(
    ['uid', 'name', 'added'],
    partners.map(({ uid, name, createdAt }) => [uid, name, createdAt]),
  )
  if (partners.length === 0) output.hint(`No partner yet; add one with \`${command('partner add UID')}\`.`)
}
