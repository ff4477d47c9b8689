import type { EmptiedMailbox, MailboxPage } from '@pillion/schema'
import type { Command } from 'commander'
import { confirm } from '../confirm.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { count } from '../count.ts'
import { readVins } from '../vin-list.ts'

interface Options extends ConnectedOptions {
  app?: string
  yes?: boolean
}

export function addMailboxEmpty(parent: Command): void {
  const command = parent
    .command('empty')
    .description('Drop what waits for a vehicle, of one app or of all.')
    .argument('<vin>', 'the vehicle')
    .option('--app <idapp>', 'only what is for this app')
    .option('--yes', 'do not ask: it cannot be brought back')
    .addHelpText('after', '\nExample:\n  $ pillion mailbox empty VF3CAR00000000001 --app parking --yes')
  addConnectedOptions(command).action(run)
}

async function run(text: string, options: Options): Promise<void> {
  const [vin = text] = await readVins([text], undefined)
  const { client, output } = connect(options)
  const { app } = options
  const query = new URLSearchParams({ search: vin, count: '200' })
  const { mailboxes } = await client.get<MailboxPage>(`/mailboxes?${query}`)
  const concerned = mailboxes.filter((each) => each.vin === vin && (app === undefined || each.idApp === app))
  const messages = concerned.reduce((sum, each) => sum + each.messages, 0)
  await confirm(output, `${count(messages, 'message')} for ${vin} will be dropped.`, options)
  const path = `/mailboxes/${encodeURIComponent(vin)}${app === undefined ? '' : `?${new URLSearchParams({ idApp: app })}`}`
  const emptied = await client.delete<EmptiedMailbox>(path)
  output.result(emptied, () => `Dropped ${count(emptied.messages, 'message')}.`)
}
