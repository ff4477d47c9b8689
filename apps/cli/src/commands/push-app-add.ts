import type { IssuedPushApp, NewPushApp } from '@pillion/schema'
import type { Command } from 'commander'
import { usageError } from '../cli-error.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { alignColumns } from '../output.ts'
import { addSwitchOptions, type SwitchOptions, toSwitches } from '../push-app-switches.ts'
import { readInput } from '../vin-list.ts'

interface Options extends ConnectedOptions, SwitchOptions {
  appKey?: string
  clientId?: string
  clientSecretFile?: string
}

export function addPushAppAdd(parent: Command): void {
  const command = parent
    .command('add')
    .description('Add a push app and show its keys; the client secret is shown once.')
    .argument('[appid]', '8 to 36 letters and digits (default: made up)')
    .option('--app-key <key>', 'keep the key that installed apps already have (default: made up)')
    .option('--client-id <id>', "keep the admin's client id")
    .option(
      '--client-secret-file <file>',
      "keep the admin's client secret: a file that holds it, '-' is stdin",
    )
  addSwitchOptions(command).addHelpText(
    'after',
    `
appID and appKey are public, they ship in web pages. Client id and secret are not: they sign the admin in.
Who comes from another service gives all four as they were, and the apps that are out there go on working.

Examples:
  $ pillion push-app add
  $ pillion push-app add harbour01
  $ pillion push-app add k7demo01 --app-key 4f1c9a7e --client-id 2b9e40d1 --client-secret-file secret.txt`,
  )
  addConnectedOptions(command).action(run)
}

async function run(appID: string | undefined, options: Options): Promise<void> {
  const clientSecret = await readSecret(options.clientSecretFile)
  const { client, output } = connect(options)
  const request: NewPushApp = {
    ...(appID === undefined ? {} : { appID }),
    ...(options.appKey === undefined ? {} : { appKey: options.appKey }),
    ...(options.clientId === undefined ? {} : { clientID: options.clientId }),
    ...(clientSecret === undefined ? {} : { clientSecret }),
    settings: toSwitches(options),
  }
  const issued = await client.post<IssuedPushApp>('/push-apps', request)
  const rows = [
    ['appID', issued.appID],
    ['appKey', issued.appKey],
    ['clientID', issued.clientID],
    ['clientSecret', issued.clientSecret],
    ['site', issued.site],
  ]
  output.result(issued, () => alignColumns(rows).join('\n'))
  output.hint(`The client secret is shown once. A web app begins with:\n${describeScript(issued)}`)
}

function describeScript({ appID, appKey, site }: IssuedPushApp): string {
  const base = site.replace(/\/api$/, '')
  return [
    `  <script src="${base}/sdk/push-sdk.js"></script>`,
    `  <script>Kii.initializeWithSite('${appID}', '${appKey}', '${site}')</script>`,
  ].join('\n')
}

async function readSecret(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined
  const secret = (await readInput(file)).trim()
  if (secret === '' || /\s/.test(secret))
    throw usageError(`${file} must hold the client secret and nothing else.`)
  return secret
}
