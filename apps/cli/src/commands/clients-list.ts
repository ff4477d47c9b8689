import type { ConnectionPage, ConnectionView } from '@pillion/schema'
import type { Command } from 'commander'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { gatherPages } from '../gather-pages.ts'
import { escapeControls } from '../output.ts'
import { parseCount } from '../parse-count.ts'

interface Options extends ConnectedOptions {
  search?: string
  role?: string
  name?: string
  node?: string
  count: number
}

export function addClientsList(parent: Command): void {
  const command = parent
    .command('list')
    .description('List who is connected, on all nodes, the newest first.')
    .option('--search <text>', 'part of name, client id or address')
    .option('--role <role>', 'partner, vehicle, installation or account')
    .option('--name <name>', 'a UID, VIN, account … as it is')
    .option('--node <id>', 'of one node')
    .option('--count <n>', 'how many at most', parseCount, 50)
    .addHelpText(
      'after',
      '\nExamples:\n  $ pillion clients list --role partner\n  $ pillion clients list --search 10.0.7.',
    )
  addConnectedOptions(command).action(run)
}

async function run(options: Options): Promise<void> {
  const { client, output } = connect(options)
  const { search, role, name, node, count } = options
  const { items, last } = await gatherPages<ConnectionPage, ConnectionView>(client, '/connections', {
    count,
    query: { search, role, name, node },
    itemsOf: ({ connections }) => connections,
  })
  if (output.json)
    return output.result({ connections: items, total: last.total, silentNodes: last.silentNodes }, String)
  output.table(
    ['id', 'role', 'name', 'client id', 'address', 'listener', 'mqtt', 'since', 'in', 'out'],
    items.map((each) => [
      each.id,
      each.role,
      escapeControls(each.name),
      escapeControls(each.clientId),
      each.address,
      each.listener,
      each.protocolVersion,
      each.connectedAt,
      String(each.messagesIn),
      String(each.messagesOut),
    ]),
  )
  if (items.length < last.total) output.hint(`${items.length} of ${last.total}; --count N shows more.`)
  if (last.total === 0) output.hint('Nobody is connected.')
  for (const silent of last.silentNodes)
    output.notice(`Node ${silent} did not answer: its connections are missing.`)
}
