import type { Ban } from '@pillion/schema'
import type { Command } from 'commander'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { escapeControls } from '../output.ts'

export function addBansList(parent: Command): void {
  const command = parent
    .command('list')
    .description('List addresses and names that are held back because of wrong passwords, on all nodes.')
    .addHelpText('after', '\nExample:\n  $ pillion bans list')
  addConnectedOptions(command).action(run)
}

async function run(options: ConnectedOptions): Promise<void> {
  const { client, output } = connect(options)
  const bans = await client.get<Ban[]>('/bans')
  if (output.json) return output.result(bans, String)
  output.table(
    ['id', 'kind', 'name', 'failures', 'until'],
    bans.map(({ id, kind, name, failures, endsAt }) => [
      id,
      kind,
      escapeControls(name),
      String(failures),
      endsAt,
    ]),
  )
  if (bans.length === 0) output.hint('Nobody is held back.')
}
