import type { Operator } from '@pillion/schema'
import type { Command } from 'commander'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'

export function addOperatorList(parent: Command): void {
  const command = parent
    .command('list')
    .description('List who may sign in to the console, and when they last did.')
    .addHelpText('after', '\nExample:\n  $ pillion operator list')
  addConnectedOptions(command).action(run)
}

async function run(options: ConnectedOptions): Promise<void> {
  const { client, output, command } = connect(options)
  const operators = await client.get<Operator[]>('/operators')
  if (output.json) return output.result(operators, String)
  output.table(
    ['name', 'role', 'state', 'second factor', 'signed in', 'added'],
    operators.map(({ name, role, isDisabled, secondFactor, lastSignInAt = 'never', createdAt }) => [
      name,
      role,
      isDisabled ? 'disabled' : 'enabled',
      secondFactor,
      lastSignInAt,
      createdAt,
    ]),
  )
  if (operators.length === 0)
    output.hint(
      `No operator yet; add one with \`${command('operator add NAME')}\`, or \`${command('operator link')}\`.`,
    )
}
