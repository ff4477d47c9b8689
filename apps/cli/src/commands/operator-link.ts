import type { OperatorLink } from '@pillion/schema'
import type { Command } from 'commander'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'

export function addOperatorLink(parent: Command): void {
  const command = parent
    .command('link')
    .description('Make a one-time link: whoever opens it in a browser becomes an admin.')
    .addHelpText(
      'after',
      `
It works until it is used, an operator is added, or its time is over. For the first operator, or if every admin has
forgotten the password.

Example:
  $ pillion operator link`,
    )
  addConnectedOptions(command).action(run)
}

async function run(options: ConnectedOptions): Promise<void> {
  const { client, output } = connect(options)
  const link = await client.post<OperatorLink>('/operators/link', {})
  output.result(link, () => link.url)
  output.hint(`It works once, until ${link.expiresAt}.`)
}
