import type { MailboxPage } from '@pillion/schema'
import type { Command } from 'commander'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { gatherPages } from '../gather-pages.ts'
import { parseCount } from '../parse-count.ts'

interface Options extends ConnectedOptions {
  search?: string
  count: number
}

export function addMailboxList(parent: Command): void {
  const command = parent
    .command('list')
    .description('List what waits for head units that are away, by vehicle and app.')
    .option('--search <text>', 'part of VIN, UID or app')
    .option('--count <n>', 'how many at most', parseCount, 50)
    .addHelpText('after', '\nExample:\n  $ pillion mailbox list --search acme')
  addConnectedOptions(command).action(run)
}

async function run(options: Options): Promise<void> {
  const { client, output } = connect(options)
  const { items, last } = await gatherPages<MailboxPage, MailboxPage['mailboxes'][number]>(
    client,
    '/mailboxes',
    {
      count: options.count,
      query: { search: options.search },
      itemsOf: ({ mailboxes }) => mailboxes,
    },
  )
  if (output.json) return output.result(items, String)
  output.table(
    ['vin', 'app', 'partner', 'messages', 'bytes', 'oldest'],
    items.map(({ vin, idApp = '', uid, messages, bytes, oldestAt }) => [
      vin,
      idApp,
      uid,
      String(messages),
      String(bytes),
      oldestAt,
    ]),
  )
  if (items.length === 0) output.hint('Nothing waits for any vehicle.')
  if (last.next !== undefined) output.hint('There are more; --count N shows them.')
}
