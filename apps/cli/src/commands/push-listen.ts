import type { DeliveryLine } from '@pillion/schema'
import type { Command } from 'commander'
import { choosePushApp } from '../choose-push-app.ts'
import { addConnectedOptions, type ConnectedOptions } from '../connected-command.ts'
import { followLines } from '../follow-lines.ts'
import { escapeControls, Output } from '../output.ts'

export function addPushListen(parent: Command): void {
  const command = parent
    .command('listen')
    .description(
      'Print what is pushed to whom in an app, one line each, until Ctrl-C: time, receiver, payload.',
    )
    .option('--app <appid>', 'the push app; may be left out while there is only one')
    .addHelpText(
      'after',
      `
Only receivers with an MQTT installation have a line; those that were not connected missed it and are marked so.
With --json each line is {"at","receiver","installationID","isConnected","payload"}. If the server restarts,
listening goes on.

Example:
  $ pillion push listen --app harbour01`,
    )
  addConnectedOptions(command).action(run)
}

async function run(options: ConnectedOptions & { app?: string }): Promise<void> {
  const output = new Output({ json: options.json === true })
  let appID = options.app
  await followLines(options, output, {
    path: async (client) => {
      appID = await choosePushApp(client, appID)
      return `/push-apps/${encodeURIComponent(appID)}/deliveries`
    },
    hint: `Listening for what is pushed${options.app === undefined ? '' : ` in ${options.app}`}; Ctrl-C ends.`,
    print: (line) => output.line(output.json ? line : formatDelivery(line)),
  })
}

function formatDelivery(line: string): string {
  const { at, receiver, isConnected, payload } = JSON.parse(line) as DeliveryLine
  const time = new Date(at).toLocaleTimeString('sv-SE')
  const missed = isConnected ? '' : '  (not connected)'
  return escapeControls(`${time}  ${receiver}${missed}  ${JSON.stringify(payload)}`)
}
