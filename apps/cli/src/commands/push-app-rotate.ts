import type { NewClientSecret, RotatedPushApp } from '@pillion/schema'
import type { Command } from 'commander'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { alignColumns } from '../output.ts'
import { parseSeconds } from '../parse-seconds.ts'

export function addPushAppRotate(parent: Command): void {
  const command = parent
    .command('rotate')
    .description(
      'Give a push app a new client secret and show it, once. The old one goes on working for a while.',
    )
    .argument('<appid>', 'the push app')
    .option('--overlap <seconds>', 'how long the old secret works (default: 86400, a day)', parseSeconds)
    .addHelpText(
      'after',
      `
Users and things notice nothing; only the admin signs in with it. --overlap 0 ends the old secret at once, for one
that leaked.

Example:
  $ pillion push-app rotate harbour01 --overlap 3600`,
    )
  addConnectedOptions(command).action(run)
}

async function run(appID: string, options: ConnectedOptions & { overlap?: number }): Promise<void> {
  const { client, output } = connect(options)
  const { overlap } = options
  const request: NewClientSecret = overlap === undefined ? {} : { overlapSeconds: overlap }
  const path = `/push-apps/${encodeURIComponent(appID)}/secret`
  const rotated = await client.post<RotatedPushApp>(path, request)
  const rows = [
    ['appID', rotated.appID],
    ['clientID', rotated.clientID],
    ['clientSecret', rotated.clientSecret],
  ]
  output.result(rotated, () => alignColumns(rows).join('\n'))
  output.hint(
    overlap === 0
      ? 'The client secret is shown once. The old one has ended.'
      : `The client secret is shown once. The old one works until ${rotated.replacedEndsAt}.`,
  )
}
