import type { Account } from '@pillion/schema'
import type { Command } from 'commander'
import { confirm } from '../confirm.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'

export function addAccountRemove(parent: Command): void {
  const command = parent
    .command('remove')
    .description('Remove an account and end its connections.')
    .argument('<name>', 'the account')
    .option('--yes', 'do not ask: it cannot be brought back')
    .addHelpText('after', '\nExample:\n  $ pillion account remove gateway --yes')
  addConnectedOptions(command).action(run)
}

async function run(name: string, options: ConnectedOptions & { yes?: boolean }): Promise<void> {
  const { client, output } = connect(options)
  await confirm(output, `Account ${name} would be gone for good, and its connections ended.`, options)
  const removed = await client.delete<Account>(`/accounts/${encodeURIComponent(name)}`)
  output.result(removed, () => `Removed ${removed.name}; its connections were ended.`)
}
