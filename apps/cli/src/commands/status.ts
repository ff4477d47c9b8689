import type { Status } from '@pillion/schema'
import type { Command } from 'commander'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { alignColumns } from '../output.ts'

export function addStatus(parent: Command): void {
  const command = parent
    .command('status')
    .description('Show what the server listens on, how many are connected and what it has counted.')
    .addHelpText('after', '\nExample:\n  $ pillion status')
  addConnectedOptions(command).action(run)
}

async function run(options: ConnectedOptions): Promise<void> {
  const { client, output } = connect(options)
  const status = await client.get<Status>('/status')
  output.result(status, () => describe(status, client.url))
}

function describe(status: Status, url: string): string {
  const counted = Object.entries(status.counters).filter(([, value]) => value !== 0)
  const rows = [
    ['version', status.version],
    ['node', status.node],
    ...(status.nodes.length > 1 ? [['nodes', status.nodes.toSorted().join(' ')]] : []),
    ['started', status.startedAt],
    ['connections', String(status.connections)],
    ...status.listeners.map(({ name, address }) => [name, address]),
    ...counted.sort(([a], [b]) => a.localeCompare(b)).map(([name, value]) => [name, String(value)]),
  ]
  return [`Pillion is running at ${url}.`, ...alignColumns(rows).map((line) => `  ${line}`)].join('\n')
}
