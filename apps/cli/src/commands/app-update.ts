import type { App, AppUpdate } from '@pillion/schema'
import type { Command } from 'commander'
import { usageError } from '../cli-error.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { openPackage, uploadPackage } from '../package-upload.ts'
import { describeApp } from './app-add.ts'

interface Options extends ConnectedOptions {
  package?: string
  strict?: boolean
  name?: string
  drivingMode?: boolean
}

export function addAppUpdate(parent: Command): void {
  const command = parent
    .command('update')
    .description('Install a new version of an app, or change it; open head units get it at once.')
    .argument('<idapp>', "the app's id")
    .option('--package <file>', 'the web app: a .tar.gz or .zip, or a folder that holds its index.html')
    .option('--strict', 'take the package only if it keeps all of the published rules')
    .option('--name <name>', 'name on the app wall')
    .option('--driving-mode', 'the app may be used while driving')
    .option('--no-driving-mode', 'it may not')
    .addHelpText(
      'after',
      '\nExamples:\n  $ pillion app update parking --package ./parking\n  $ pillion app update parking --driving-mode',
    )
  addConnectedOptions(command).action(run)
}

async function run(idApp: string, options: Options): Promise<void> {
  const { name, drivingMode } = options
  const change: AppUpdate = {
    ...(name === undefined ? {} : { name }),
    ...(drivingMode === undefined ? {} : { drivingMode }),
  }
  const isChanged = Object.keys(change).length > 0
  if (!isChanged && options.package === undefined)
    throw usageError('Say what to change: --package, --name or --driving-mode.')
  const { client, output } = connect(options)
  const opened = options.package === undefined ? undefined : await openPackage(options.package, options)
  let app: App | undefined
  if (opened !== undefined) app = await uploadPackage(client, idApp, opened)
  // After the package, which may bring a name of its own.
  if (isChanged) app = await client.patch<App>(`/apps/${encodeURIComponent(idApp)}`, change)
  const done = opened === undefined ? 'Changed' : 'Installed'
  output.result(app, () => `${done} ${describeApp(app as App)}.`)
}
