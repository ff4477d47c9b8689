import type { Account, AccountGrants } from '@pillion/schema'
import type { Command } from 'commander'
import { addGrantOptions, describeFilters, type GrantOptions, grantsHelp } from '../account-grants.ts'
import { usageError } from '../cli-error.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { alignColumns } from '../output.ts'

export function addAccountGrant(parent: Command): void {
  const command = parent
    .command('grant')
    .description('Say anew what an account may publish and subscribe to; what it could before is replaced.')
    .argument('<name>', 'the account')
  addGrantOptions(command).addHelpText(
    'after',
    `${grantsHelp}

Unless each --subscribe filter that it had is given again, the account's connections are ended.

Example:
  $ pillion account grant dashboard --subscribe 'telemetry/#' --subscribe 'psa/OVIPPartners-Dev/#'`,
  )
  addConnectedOptions(command).action(run)
}

async function run(
  name: string,
  { publish = [], subscribe = [], ...options }: ConnectedOptions & GrantOptions,
): Promise<void> {
  if (publish.length + subscribe.length === 0) {
    throw usageError(
      `Say with --publish and --subscribe what ${name} may do from now on. To take everything away, remove it.`,
    )
  }
  const { client, output } = connect(options)
  const request: AccountGrants = { publish, subscribe }
  const account = await client.put<Account>(`/accounts/${encodeURIComponent(name)}/grants`, request)
  const rows = [
    ['name', account.name],
    ['publishes', describeFilters(account.publish)],
    ['subscribes', describeFilters(account.subscribe)],
  ]
  output.result(account, () => alignColumns(rows).join('\n'))
}
