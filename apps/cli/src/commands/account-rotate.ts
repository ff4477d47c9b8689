import type { NewAccountPassword, RotatedAccount } from '@pillion/schema'
import type { Command } from 'commander'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { alignColumns } from '../output.ts'
import { parseSeconds } from '../parse-seconds.ts'

export function addAccountRotate(parent: Command): void {
  const command = parent
    .command('rotate')
    .description('Give an account a new password and show it, once. The old one goes on working for a while.')
    .argument('<name>', 'the account')
    .option('--overlap <seconds>', 'how long the old password works (default: 86400, a day)', parseSeconds)
    .addHelpText(
      'after',
      `
When the old password ends, so do the account's connections; with the new one they come back. --overlap 0 ends it
at once, for a password that leaked.

Example:
  $ pillion account rotate gateway --overlap 3600`,
    )
  addConnectedOptions(command).action(run)
}

async function run(name: string, options: ConnectedOptions & { overlap?: number }): Promise<void> {
  const { client, output } = connect(options)
  const { overlap } = options
  const request: NewAccountPassword = overlap === undefined ? {} : { overlapSeconds: overlap }
  const rotated = await client.post<RotatedAccount>(`/accounts/${encodeURIComponent(name)}/password`, request)
  const rows = [
    ['name', rotated.name],
    ['password', rotated.password],
  ]
  output.result(rotated, () => alignColumns(rows).join('\n'))
  output.hint(
    overlap === 0
      ? 'The password is shown once. The old one has ended.'
      : `The password is shown once. The old one works until ${rotated.replacedEndsAt}.`,
  )
}
