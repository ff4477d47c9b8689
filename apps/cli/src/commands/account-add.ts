import type { IssuedAccount, NewAccount } from '@pillion/schema'
import type { Command } from 'commander'
import { addGrantOptions, type GrantOptions, grantsHelp } from '../account-grants.ts'
import { describeTrials } from '../account-trials.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { alignColumns } from '../output.ts'

export function addAccountAdd(parent: Command): void {
  const command = parent
    .command('add')
    .description('Add an account and show its password, once.')
    .argument('<name>', "the account's login: letters, digits, _ - .")
  addGrantOptions(command).addHelpText(
    'after',
    `${grantsHelp}

Examples:
  $ pillion account add gateway --publish 'telemetry/{name}/#' --subscribe 'commands/{name}/+'
  $ pillion account add dashboard --subscribe 'telemetry/#'`,
  )
  addConnectedOptions(command).action(run)
}

async function run(
  name: string,
  { publish = [], subscribe = [], ...options }: ConnectedOptions & GrantOptions,
) {
  const { client, output, command } = connect(options)
  const request: NewAccount = { name, publish, subscribe }
  const issued = await client.post<IssuedAccount>('/accounts', request)
  const rows = [
    ['name', issued.name],
    ['password', issued.password],
  ]
  output.result(issued, () => alignColumns(rows).join('\n'))
  output.hint(
    publish.length + subscribe.length === 0
      ? `The password is shown once. The account may do nothing yet: \`${command(`account grant ${name}`)}\` lets it.`
      : `The password is shown once. Try it:\n${describeTrials(issued).join('\n')}`,
  )
}
