import type { Subscriptions } from '@pillion/schema'
import type { Command } from 'commander'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'

export function addAppSubscribers(parent: Command): void {
  const command = parent
    .command('subscribers')
    .description('List the VINs subscribed to an app, one per line.')
    .argument('<idapp>', "the app's id")
    .addHelpText('after', '\nExample:\n  $ pillion app subscribers parking')
  addConnectedOptions(command).action(run)
}

async function run(idApp: string, options: ConnectedOptions): Promise<void> {
  const { client, output, command } = connect(options)
  const subscriptions = await client.get<Subscriptions>(`/apps/${encodeURIComponent(idApp)}/subscriptions`)
  if (output.json) return output.result(subscriptions, String)
  for (const vin of subscriptions.vins) output.line(vin)
  if (subscriptions.vins.length === 0)
    output.hint(`No vehicle yet; add some with \`${command(`app subscribe ${idApp} VIN…`)}\`.`)
}
