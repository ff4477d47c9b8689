import type { PushAppUpdate, PushAppView } from '@pillion/schema'
import type { Command } from 'commander'
import { CliError, usageError } from '../cli-error.ts'
import type { AdminClient } from '../client.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { exitCodes } from '../exit-codes.ts'
import { addLedgerOption, type LedgerChoice, setLedgerLevel } from '../ledger-option.ts'
import { alignColumns } from '../output.ts'
import { addSwitchOptions, describeSwitches, type SwitchOptions, toSwitches } from '../push-app-switches.ts'

interface Options extends ConnectedOptions, SwitchOptions {
  appKey?: string
  disable?: boolean
  enable?: boolean
  ledger?: LedgerChoice
}

export function addPushAppUpdate(parent: Command): void {
  const command = parent
    .command('update')
    .description('Change the settings of a push app, give it another key, disable or enable it.')
    .argument('<appid>', 'the push app')
    .option('--app-key <key>', 'the key from now on; requests with the old one are refused at once')
    .option('--disable', 'answer nobody in this app any more, and end its connections')
    .option('--enable', 'answer again; everything is as it was')
  addLedgerOption(command)
  addSwitchOptions(command).addHelpText(
    'after',
    `
What is not named stays as it is. A new life of tokens is for tokens given out from now on.

Examples:
  $ pillion push-app update harbour01 --token-seconds 86400 --refresh-tokens
  $ pillion push-app update harbour01 --disable`,
  )
  addConnectedOptions(command).action(run)
}

async function run(appID: string, options: Options): Promise<void> {
  const { disable = false, enable = false, appKey, ledger } = options
  if (disable && enable) throw usageError('Say --disable or --enable, not both.')
  const settings = toSwitches(options)
  const request: PushAppUpdate = {
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
    ...(appKey === undefined ? {} : { appKey }),
    ...(disable || enable ? { isDisabled: disable } : {}),
  }
  const isChanged = Object.keys(request).length > 0
  if (!isChanged && ledger === undefined)
    throw usageError('Say what to change; `pillion push-app update --help` lists it.')
  const { client, output } = connect(options)
  const app = isChanged
    ? await client.patch<PushAppView>(`/push-apps/${encodeURIComponent(appID)}`, request)
    : await findPushApp(client, appID)
  const level = ledger === undefined ? undefined : await setLedgerLevel(client, 'pushApps', app.appID, ledger)
  const rows = [
    ['appID', app.appID],
    ['appKey', app.appKey],
    ['state', app.isDisabled ? 'disabled' : 'enabled'],
    ['settings', describeSwitches(app.settings)],
    ...(level === undefined ? [] : [['ledger', level]]),
  ]
  output.result({ ...app, ...(level === undefined ? {} : { ledgerLevel: level }) }, () =>
    alignColumns(rows).join('\n'),
  )
}

async function findPushApp(client: AdminClient, appID: string): Promise<PushAppView> {
  const found = (await client.get<PushAppView[]>('/push-apps')).find((app) => app.appID === appID)
  if (found !== undefined) return found
  throw new CliError(`There is no push app ${appID}; \`pillion push-app list\` shows them.`, {
    exitCode: exitCodes.refused,
    code: 'APP_NOT_FOUND',
  })
}
