import type { ConnectionView } from '@pillion/schema'
import type { Command } from 'commander'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { alignColumns, escapeControls } from '../output.ts'

export function addClientsShow(parent: Command): void {
  const command = parent
    .command('show')
    .description('Show one connection: who it is, what it is subscribed to, and what went over it.')
    .argument('<id>', 'as `pillion clients list` gives it')
    .addHelpText('after', '\nExample:\n  $ pillion clients show 0b6c1f3a9d20-mgk2x7p3ab')
  addConnectedOptions(command).action(run)
}

async function run(id: string, options: ConnectedOptions): Promise<void> {
  const { client, output } = connect(options)
  const connection = await client.get<ConnectionView>(`/connections/${encodeURIComponent(id)}`)
  output.result(connection, () => alignColumns(describe(connection)).join('\n'))
}

function describe(each: ConnectionView): string[][] {
  return [
    ['id', each.id],
    ['who', `${each.role} ${escapeControls(each.name)}`],
    ['client id', escapeControls(each.clientId)],
    ['from', `${each.address} over ${each.transport}, listener ${each.listener}`],
    ['mqtt', `${each.protocolVersion}, keep alive ${each.keepAliveSeconds} s`],
    ['since', each.connectedAt],
    ['messages', `${each.messagesIn} in, ${each.messagesOut} out, ${each.dropped} dropped`],
    ['bytes', `${each.bytesIn} in, ${each.bytesOut} out, ${each.outboxBytes} waiting`],
    ['subscriptions', String(each.subscriptionCount)],
    ...each.subscriptions.map((filter) => ['', escapeControls(filter)]),
  ]
}
