import type { Vehicle } from '@pillion/schema'
import type { Command } from 'commander'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'

export function addVehicleList(parent: Command): void {
  const command = parent
    .command('list')
    .description('List the vehicles.')
    .addHelpText('after', '\nExample:\n  $ pillion vehicle list')
  addConnectedOptions(command).action(run)
}

async function run(options: ConnectedOptions): Promise<void> {
  const { client, output, command } = connect(options)
  const vehicles = await client.get<Vehicle[]>('/vehicles')
  if (output.json) return output.result(vehicles, String)
  output.table(
    ['vin', 'added'],
    vehicles.map(({ vin, createdAt }) => [vin, createdAt]),
  )
  if (vehicles.length === 0) output.hint(`No vehicle yet; add one with \`${command('vehicle add VIN')}\`.`)
}
