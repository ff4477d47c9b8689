import type { PushAppView } from '@pillion/schema'
import type { Command } from 'commander'
import { confirm } from '../confirm.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'

export function addPushAppRemove(parent: Command): void {
  const command = parent
    .command('remove')
    .description('Remove a push app with its users, things, topics and objects, and end its connections.')
    .argument('<appid>', 'the push app')
    .option('--yes', 'do not ask: it cannot be brought back')
    .addHelpText('after', '\nExample:\n  $ pillion push-app remove harbour01 --yes')
  addConnectedOptions(command).action(run)
}

async function run(appID: string, options: ConnectedOptions & { yes?: boolean }): Promise<void> {
  const { client, output } = connect(options)
  await confirm(
    output,
    `Everything in ${appID} would be gone for good; \`pillion push-app update ${appID} --disable\` keeps it.`,
    options,
  )
  const removed = await client.delete<PushAppView>(`/push-apps/${encodeURIComponent(appID)}`)
  output.result(removed, () => `Removed ${removed.appID} with everything in it; its connections were ended.`)
}
