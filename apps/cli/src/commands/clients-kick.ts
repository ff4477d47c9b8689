import type { ConnectionPage, Kicked, NewKick } from '@pillion/schema'
import type { Command } from 'commander'
import { usageError } from '../cli-error.ts'
import { confirm } from '../confirm.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { count } from '../count.ts'

interface Options extends ConnectedOptions {
  role?: string
  name?: string
  clientId?: string
  reason?: string
  yes?: boolean
}

export function addClientsKick(parent: Command): void {
  const command = parent
    .command('kick')
    .description('End connections, on whichever node they are. Whoever was kicked may come back.')
    .argument('[id]', 'one, as `pillion clients list` gives it')
    .option('--role <role>', 'all of a role: partner, vehicle, installation or account')
    .option('--name <name>', 'all of a UID, VIN, account …')
    .option('--client-id <id>', 'all with this client id')
    .option('--reason <text>', 'what MQTT 5 clients are told')
    .option('--yes', 'do not ask before several are ended')
    .addHelpText(
      'after',
      `
To keep somebody out, revoke what it signs in with: \`pillion partner revoke\`, \`pillion vehicle revoke\`.

Examples:
  $ pillion clients kick 0b6c1f3a9d20-mgk2x7p3ab --reason 'Update your app.'
  $ pillion clients kick --role partner --name acme --yes`,
    )
  addConnectedOptions(command).action(run)
}

async function run(id: string | undefined, options: Options): Promise<void> {
  const { role, name, clientId, reason } = options
  const wanted: NewKick = {
    ...(role === undefined ? {} : { role }),
    ...(name === undefined ? {} : { name }),
    ...(clientId === undefined ? {} : { clientId }),
  }
  const isMany = Object.keys(wanted).length > 0
  if ((id !== undefined) === isMany)
    throw usageError('Name one connection, or say whose: --role, --name, --client-id.')
  const { client, output } = connect(options)
  if (isMany) {
    const query = new URLSearchParams({
      ...(role && { role }),
      ...(name && { name }),
      ...(clientId && { search: clientId }),
      count: '1',
    })
    const { total } = await client.get<ConnectionPage>(`/connections?${query}`)
    await confirm(
      output,
      `${total === 1 ? 'A connection' : `Up to ${total} connections`} will be ended.`,
      options,
    )
  }
  const kicked = isMany
    ? await client.post<Kicked>('/connections/kick', { ...wanted, ...(reason && { reason }) })
    : await client.delete<Kicked>(
        `/connections/${encodeURIComponent(id ?? '')}${reason ? `?${new URLSearchParams({ reason })}` : ''}`,
      )
  output.result(kicked, () => `Ended ${count(kicked.connections, 'connection')}.`)
  for (const silent of kicked.silentNodes) output.notice(`Node ${silent} did not answer.`)
}
