import type { Operator } from '@pillion/schema'
import type { Command } from 'commander'
import { confirm } from '../confirm.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'

export function addOperatorRemove(parent: Command): void {
  const command = parent
    .command('remove')
    .description('Remove an operator and sign it out; what it did stays in the audit log.')
    .argument('<name>', 'the operator')
    .option('--yes', 'do not ask: it cannot be brought back')
    .addHelpText('after', '\nExample:\n  $ pillion operator remove anna --yes')
  addConnectedOptions(command).action(run)
}

async function run(name: string, options: ConnectedOptions & { yes?: boolean }): Promise<void> {
  const { client, output } = connect(options)
  await confirm(output, `Operator ${name} would be gone for good, and signed out everywhere.`, options)
  const removed = await client.delete<Operator>(`/operators/${encodeURIComponent(name)}`)
  output.result(removed, () => `Removed ${removed.name}; it is signed out everywhere.`)
}
