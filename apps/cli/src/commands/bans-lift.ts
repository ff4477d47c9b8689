import type { LiftedBan } from '@pillion/schema'
import type { Command } from 'commander'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'

export function addBansLift(parent: Command): void {
  const command = parent
    .command('lift')
    .description('Let an address or a name sign in again that is held back.')
    .argument('<id>', 'as `pillion bans list` gives it')
    .addHelpText(
      'after',
      '\nExample:\n  $ pillion bans lift 0b6c1f3a9d20-address-5d41402abc4b2a76b9719d911017c592',
    )
  addConnectedOptions(command).action(run)
}

async function run(id: string, options: ConnectedOptions): Promise<void> {
  const { client, output } = connect(options)
  const lifted = await client.delete<LiftedBan>(`/bans/${encodeURIComponent(id)}`)
  output.result(lifted, () => 'Lifted: its failures are forgotten.')
}
