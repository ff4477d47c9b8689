import type { Account } from '@pillion/schema'
import type { Command } from 'commander'
import { describeFilters } from '../account-grants.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'

export function addAccountList(parent: Command): void {
  const command = parent
    .command('list')
    .description('List the accounts and what each may publish and subscribe to.')
    .addHelpText('after', '\nExample:\n  $ pillion account list')
  addConnectedOptions(command).action(run)
}

async function run(options: ConnectedOptions): Promise<void> {
  const { client, output, command } = connect(options)
  const accounts = await client.get<Account[]>('/accounts')
  if (output.json) return output.result(accounts, String)
  output.table(
    ['name', 'publishes', 'subscribes', 'added'],
    accounts.map(({ name, publish, subscribe, createdAt }) => [
      name,
      describeFilters(publish),
      describeFilters(subscribe),
      createdAt,
    ]),
  )
  if (accounts.length === 0) output.hint(`No account yet; add one with \`${command('account add NAME')}\`.`)
}
