import type { App, AppUpdate } from '@pillion/schema'
import type { Command } from 'commander'
import { addOfferOptions, joinNames, type OfferOptions, readOffer } from '../app-offer-options.ts'
import { usageError } from '../cli-error.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { openPackage, uploadPackage } from '../package-upload.ts'
import { describeApp } from './app-add.ts'

interface Options extends ConnectedOptions, OfferOptions {
  package?: string
  strict?: boolean
  drivingMode?: boolean
}

export function addAppUpdate(parent: Command): void {
  const command = parent
    .command('update')
    .description('Install a new version of an app, or change it; open head units get it at once.')
    .argument('<idapp>', "the app's id")
    .option('--package <file>', 'the web app: a .tar.gz or .zip, or a folder that holds its index.html')
    .option('--strict', 'take the package only if it keeps all of the published rules')
    .option('--driving-mode', 'the app may be used while driving')
    .option('--no-driving-mode', 'it may not')
    .addHelpText(
      'after',
      `
Examples:
  $ pillion app update parking --package ./parking
  $ pillion app update parking --driving-mode
  $ pillion app update parking --name de=Parken --name fr= --country FR,DE --brand any

An empty name in a language takes that name away.`,
    )
  addOfferOptions(command)
  addConnectedOptions(command).action(run)
}

async function run(idApp: string, options: Options): Promise<void> {
  const { drivingMode } = options
  const change: AppUpdate = {
    ...readOffer(options),
    ...(drivingMode === undefined ? {} : { drivingMode }),
  }
  const isChanged = Object.keys(change).length > 0
  if (!isChanged && options.package === undefined)
    throw usageError('Say what to change: --package, --name, --country, --brand, --device or --driving-mode.')
  const { client, output } = connect(options)
  const opened = options.package === undefined ? undefined : await openPackage(options.package, options)
  let app: App | undefined
  if (opened !== undefined) app = await uploadPackage(client, idApp, opened)
  // After the package, which may bring a name of its own.
  if (isChanged) {
    const { names } = change
    const update = names ? { ...change, names: await joinNames(client, idApp, names) } : change
    app = await client.patch<App>(`/apps/${encodeURIComponent(idApp)}`, update)
  }
  const done = opened === undefined ? 'Changed' : 'Installed'
  output.result(app, () => `${done} ${describeApp(app as App)}.`)
}
