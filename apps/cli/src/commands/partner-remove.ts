import type { PartnerDetail, RemovedPartner } from '@pillion/schema'
import type { Command } from 'commander'
import { confirm } from '../confirm.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { count } from '../count.ts'

export function addPartnerRemove(parent: Command): void {
  const command = parent
    .command('remove')
    .description('Remove a partner with its apps and their packages, and end its connections.')
    .argument('<uid>', 'the partner')
    .option('--yes', 'do not ask: it cannot be brought back')
    .addHelpText('after', '\nExample:\n  $ pillion partner remove acme --yes')
  addConnectedOptions(command).action(run)
}

async function run(uid: string, options: ConnectedOptions & { yes?: boolean }): Promise<void> {
  const { client, output } = connect(options)
  const path = `/partners/${encodeURIComponent(uid)}`
  const { apps, connections } = await client.get<PartnerDetail>(path)
  const lost =
    apps.length === 0 ? 'It has no apps.' : `Its apps go with it, from every screen: ${apps.join(', ')}.`
  await confirm(
    output,
    `${uid} would be gone for good. ${lost} Connections that end: ${connections}.`,
    options,
  )
  const removed = await client.delete<RemovedPartner>(path)
  output.result(
    removed,
    () =>
      `Removed ${uid} with ${count(removed.apps.length, 'app')}, which ${count(removed.vehicles, 'vehicle')} had; its connections were ended.`,
  )
}
