import type { PushAppView } from '@pillion/schema'
import type { Command } from 'commander'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { describeSwitches } from '../push-app-switches.ts'

export function addPushAppList(parent: Command): void {
  const command = parent
    .command('list')
    .description('List the push apps with their public keys; client secrets are kept by nobody.')
    .addHelpText('after', '\nExample:\n  $ pillion push-app list')
  addConnectedOptions(command).action(run)
}

async function run(options: ConnectedOptions): Promise<void> {
  const { client, output, command } = connect(options)
  const apps = await client.get<PushAppView[]>('/push-apps')
  if (output.json) return output.result(apps, String)
  output.table(
    ['appid', 'appkey', 'clientid', 'state', 'settings', 'added'],
    apps.map(({ appID, appKey, clientID, isDisabled, settings, createdAt }) => [
      appID,
      appKey,
      clientID,
      isDisabled ? 'disabled' : 'enabled',
      describeSwitches(settings),
      createdAt,
    ]),
  )
  if (apps.length === 0) output.hint(`No push app yet; add one with \`${command('push-app add')}\`.`)
}
