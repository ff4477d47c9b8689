import type { App, NewApp } from '@pillion/schema'
import type { Command } from 'commander'
import { addOfferOptions, type OfferOptions, readOffer, withoutEmpty } from '../app-offer-options.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { openPackage, uploadPackage } from '../package-upload.ts'

interface Options extends ConnectedOptions, OfferOptions {
  partner: string
  drivingMode?: boolean
  package?: string
  strict?: boolean
}

export function addAppAdd(parent: Command): void {
  const command = parent
    .command('add')
    .description('Add a web app that belongs to a partner, with its package if there is one.')
    .argument('<idapp>', "the app's id: letters, digits, _ - .")
    .requiredOption('--partner <uid>', 'the partner that owns it')
    .option('--driving-mode', 'the app may be used while driving')
    .option('--package <file>', 'the web app: a .tar.gz or .zip, or a folder that holds its index.html')
    .option('--strict', 'take the package only if it keeps all of the published rules')
    .addHelpText(
      'after',
      `
Examples:
  $ pillion app add parking --partner acme --name Parking --package ./parking
  $ pillion app add parking --partner acme --name Parking --name de=Parken --country DE,AT --brand OP`,
    )
  addOfferOptions(command, ' (default: what the package says, else the id)')
  addConnectedOptions(command).action(run)
}

async function run(idApp: string, options: Options): Promise<void> {
  const { client, output, command } = connect(options)
  // Read first: an app must not be added when its package cannot even be opened.
  const opened = options.package === undefined ? undefined : await openPackage(options.package, options)
  const { names, ...offer } = readOffer(options)
  const request: NewApp = {
    idApp,
    uid: options.partner,
    ...offer,
    ...(names && { names: withoutEmpty(names) }),
    ...(options.drivingMode === undefined ? {} : { drivingMode: options.drivingMode }),
  }
  let app = await client.post<App>('/apps', request)
  if (opened !== undefined) {
    try {
      app = await uploadPackage(client, idApp, opened)
    } catch (error) {
      output.notice(
        `${idApp} was added, but its package was not installed; try \`${command(`app update ${idApp} --package ${options.package}`)}\`.`,
      )
      throw error
    }
  }
  output.result(app, () => `Added ${describeApp(app)}.`)
  output.hint(
    app.version === undefined
      ? `Next: \`${command(`app update ${idApp} --package FOLDER`)}\` installs its pages.`
      : `Next: \`${command(`app subscribe ${idApp} VIN…`)}\` puts it on the screens of vehicles.`,
  )
}

export function describeApp(app: App): string {
  const version = app.version === undefined ? 'no package yet' : `version ${app.version}`
  return `${app.idApp} of partner ${app.uid}, ${version}`
}
