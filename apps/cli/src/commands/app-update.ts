import type { App } from '@pillion/schema'
import type { Command } from 'commander'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { readPackage } from '../package-archive.ts'
import { describeApp } from './app-add.ts'

export function addAppUpdate(parent: Command): void {
  const command = parent
    .command('update')
    .description('Install a new version of an app; open head units get it at once.')
    .argument('<idapp>', "the app's id")
    .requiredOption('--package <file>', 'the web app: a .tar.gz, or a folder that holds its index.html')
    .addHelpText('after', '\nExample:\n  $ pillion app update parking --package ./parking')
  addConnectedOptions(command).action(run)
}

async function run(idApp: string, options: ConnectedOptions & { package: string }): Promise<void> {
  const { client, output } = connect(options)
  const archive = await readPackage(options.package)
  const app = await client.putArchive<App>(`/apps/${encodeURIComponent(idApp)}/package`, archive)
  output.result(app, () => `Installed ${describeApp(app)}.`)
}
