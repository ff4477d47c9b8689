import type { RemovedVehicle, VehicleDetail } from '@pillion/schema'
import type { Command } from 'commander'
import { confirm } from '../confirm.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { count } from '../count.ts'

export function addVehicleRemove(parent: Command): void {
  const command = parent
    .command('remove')
    .description('Remove a vehicle with its subscriptions and its mailbox, and end its connection.')
    .argument('<vin>', 'the vehicle')
    .option('--yes', 'do not ask: it cannot be brought back')
    .addHelpText('after', '\nExample:\n  $ pillion vehicle remove VF3CAR00000000001 --yes')
  addConnectedOptions(command).action(run)
}

async function run(vin: string, options: ConnectedOptions & { yes?: boolean }): Promise<void> {
  const { client, output } = connect(options)
  const path = `/vehicles/${encodeURIComponent(vin)}`
  const { apps, mailbox, isConnected } = await client.get<VehicleDetail>(path)
  const lost = `${count(apps.length, 'subscription')} and ${count(mailbox, 'kept message')} go with it${isConnected ? ', and its head unit is disconnected' : ''}.`
  await confirm(output, `${vin} would be gone for good. ${lost}`, options)
  const removed = await client.delete<RemovedVehicle>(path)
  output.result(removed, () => `Removed ${removed.vin}.`)
}
