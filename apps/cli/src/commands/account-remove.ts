import type { Account } from '@pillion/schema'
import type { Command } from 'commander'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'

export function addAccountRemove(parent: Command): void {
  const command = parent
    .command('remove')
    .description('Remove an account and end its connections.')
    .argument('<name>', 'the account')
    .addHelpText('after', '\nExample:\n  $ pillion account remove gateway')
  addConnectedOptions(command).action(run)
}

async function run(name: string, options: ConnectedOptions): Promise<void> {
  const { client, output } = connect(options)
  const removed = await client.delete<Account>(`/accounts/${encodeURIComponent(name)}`)
  output.result(removed, () => `Removed ${removed.name}; its connections were ended.`)
}
