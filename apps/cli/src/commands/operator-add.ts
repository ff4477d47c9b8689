import type { IssuedOperator, NewOperator, OperatorRole } from '@pillion/schema'
import type { Command } from 'commander'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { addRoleOption, readPasswordFile } from '../operator-options.ts'
import { alignColumns } from '../output.ts'

interface Options extends ConnectedOptions {
  role?: OperatorRole
  passwordFile?: string
}

export function addOperatorAdd(parent: Command): void {
  const command = parent
    .command('add')
    .description('Add somebody who may sign in to the console.')
    .argument('<name>', 'what they sign in with: a login or an e-mail address')
  addRoleOption(command, 'what they may do (default: viewer)')
    .option('--password-file <file>', 'take the password from the first line; otherwise one is made')
    .addHelpText(
      'after',
      `
A viewer looks; an operator also sends, subscribes, sets signals and ends connections; an admin may do everything.

Examples:
  $ pillion operator add anna
  $ pillion operator add chief@example.com --role admin --password-file ./password`,
    )
  addConnectedOptions(command).action(run)
}

async function run(name: string, { role = 'viewer', passwordFile, ...options }: Options): Promise<void> {
  const password = passwordFile === undefined ? {} : { password: readPasswordFile(passwordFile) }
  const { client, output } = connect(options)
  const request: NewOperator = { name, role, ...password }
  const issued = await client.post<IssuedOperator>('/operators', request)
  const rows = [
    ['name', issued.name],
    ['role', issued.role],
    ...(issued.password === undefined ? [] : [['password', issued.password]]),
  ]
  output.result(issued, () => alignColumns(rows).join('\n'))
  if (issued.password !== undefined)
    output.hint('The password is shown once; it can be changed in the console.')
  output.hint(`Sign in at ${client.url}/console/`)
}
