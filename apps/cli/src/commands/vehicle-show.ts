import type { VehicleDetail } from '@pillion/schema'
import type { Command } from 'commander'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { count } from '../count.ts'
import { describeCredentials } from '../describe-credentials.ts'
import { alignColumns } from '../output.ts'

export function addVehicleShow(parent: Command): void {
  const command = parent
    .command('show')
    .description(
      'Show a vehicle: its apps, whether its head unit is connected, what waits for it, its certificates.',
    )
    .argument('<vin>', 'the vehicle')
    .addHelpText('after', '\nExample:\n  $ pillion vehicle show VF3CAR00000000001')
  addConnectedOptions(command).action(run)
}

async function run(vin: string, options: ConnectedOptions): Promise<void> {
  const { client, output } = connect(options)
  const vehicle = await client.get<VehicleDetail>(`/vehicles/${encodeURIComponent(vin)}`)
  const rows = [
    ['vin', vehicle.vin],
    ['added', vehicle.createdAt],
    ['head unit', vehicle.isConnected ? 'connected' : 'away'],
    ['mailbox', `${count(vehicle.mailbox, 'message')} ${vehicle.mailbox === 1 ? 'waits' : 'wait'}`],
    ['apps', vehicle.apps.join(', ')],
    ['simulator', new URL(vehicle.simulator, client.url).href],
    ...describeCredentials(vehicle),
  ]
  output.result(vehicle, () => alignColumns(rows).join('\n'))
}
