import type { Operator } from '@pillion/schema'
import type { Command } from 'commander'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'

export function addOperatorRemove(parent: Command): void {
  const command = parent
    .command('remove')
    .description('Remove an operator and sign it out; what it did stays in the audit log.')
    .argument('<name>', 'the operator')
    .addHelpText('after', '\nExample:\n  $ pillion operator remove anna')
  addConnectedOptions(command).action(run)
}

async function run(name: string, options: ConnectedOptions): Promise<void> {
  const { client, output } = connect(options)
  const removed = await client.delete<Operator>(`/operators/${encodeURIComponent(name)}`)
  output.result(removed, () => `Removed ${removed.name}; it is signed out everywhere.`)
}
