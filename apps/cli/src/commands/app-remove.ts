import type { RemovedApp, Subscriptions } from '@pillion/schema'
import type { Command } from 'commander'
import { confirm } from '../confirm.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { count } from '../count.ts'

export function addAppRemove(parent: Command): void {
  const command = parent
    .command('remove')
    .description('Remove an app with its package, and take it off every screen.')
    .argument('<idapp>', "the app's id")
    .option('--yes', 'do not ask: it cannot be brought back')
    .addHelpText('after', '\nExample:\n  $ pillion app remove parking --yes')
  addConnectedOptions(command).action(run)
}

async function run(idApp: string, options: ConnectedOptions & { yes?: boolean }): Promise<void> {
  const { client, output } = connect(options)
  const path = `/apps/${encodeURIComponent(idApp)}`
  const { vins } = await client.get<Subscriptions>(`${path}/subscriptions`)
  await confirm(
    output,
    `${idApp} would be gone for good, from the screens of ${count(vins.length, 'vehicle')}.`,
    options,
  )
  const removed = await client.delete<RemovedApp>(path)
  output.result(
    removed,
    () => `Removed ${removed.idApp} of partner ${removed.uid}; ${count(removed.vehicles, 'vehicle')} had it.`,
  )
}
