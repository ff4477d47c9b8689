import type { Command } from 'commander'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { openPackage, uploadPackage } from '../package-upload.ts'
import { describeApp } from './app-add.ts'

export function addAppUpdate(parent: Command): void {
  const command = parent
    .command('update')
    .description('Install a new version of an app; open head units get it at once.')
    .argument('<idapp>', "the app's id")
    .requiredOption(
      '--package <file>',
      'the web app: a .tar.gz or .zip, or a folder that holds its index.html',
    )
    .option('--strict', 'take the package only if it keeps all of the published rules')
    .addHelpText('after', '\nExample:\n  $ pillion app update parking --package ./parking')
  addConnectedOptions(command).action(run)
}

async function run(
  idApp: string,
  options: ConnectedOptions & { package: string; strict?: boolean },
): Promise<void> {
  const { client, output } = connect(options)
  const opened = await openPackage(options.package, options)
  const app = await uploadPackage(client, idApp, opened)
  output.result(app, () => `Installed ${describeApp(app)}.`)
}
