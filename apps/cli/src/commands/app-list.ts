import type { App } from '@pillion/schema'
import type { Command } from 'commander'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'

export function addAppList(parent: Command): void {
  const command = parent
    .command('list')
    .description('List the web apps.')
    .addHelpText('after', '\nExample:\n  $ pillion app list')
  addConnectedOptions(command).action(run)
}

async function run(options: ConnectedOptions): Promise<void> {
  const { client, output, command } = connect(options)
  const apps = await client.get<App[]>('/apps')
  if (output.json) return output.result(apps, String)
  const rows = apps.map((app) => [
    app.idApp,
    app.uid,
    app.name,
    app.version ?? '-',
    app.drivingMode ? 'yes' : 'no',
    describeOffer(app),
  ])
  output.table(['idapp', 'partner', 'name', 'version', 'while driving', 'offered'], rows)
  if (apps.length === 0)
    output.hint(`No app yet; add one with \`${command('app add IDAPP --partner UID')}\`.`)
}

function describeOffer({ countries = [], brands = [], devices = [] }: App): string {
  const parts = [countries, brands, devices].filter((codes) => codes.length > 0)
  return parts.length === 0 ? 'everywhere' : parts.map((codes) => codes.join(',')).join(' ')
}
