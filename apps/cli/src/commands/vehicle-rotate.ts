import type { IssuedVehicle, NewCredentials } from '@pillion/schema'
import type { Command } from 'commander'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { alignColumns } from '../output.ts'
import { parseSeconds } from '../parse-seconds.ts'
import { prepareVehicleFiles, writeVehicleFiles } from '../vehicle-files.ts'

interface Options extends ConnectedOptions {
  overlap?: number
  out?: string
}

export function addVehicleRotate(parent: Command): void {
  const command = parent
    .command('rotate')
    .description("Give a vehicle's head unit a new password, once. The old one goes on working for a while.")
    .argument('<vin>', 'the vehicle')
    .option('--overlap <seconds>', 'how long the old one works (default: 86400, a day)', parseSeconds)
    .option('--out <dir>', 'also issue a client certificate, and write it to DIR/<VIN>.crt with DIR/ca.crt')
    .addHelpText(
      'after',
      `
With a new certificate, those before end together with the old password; without, they stay as they are.

Examples:
  $ pillion vehicle rotate VF3CAR00000000001
  $ pillion vehicle rotate VF3CAR00000000001 --overlap 0 --out ./car`,
    )
  addConnectedOptions(command).action(run)
}

async function run(vin: string, options: Options): Promise<void> {
  const { overlap, out } = options
  if (out !== undefined) prepareVehicleFiles(out, [vin])
  const { client, output } = connect(options)
  const request: NewCredentials = {
    ...(overlap === undefined ? {} : { overlapSeconds: overlap }),
    ...(out === undefined ? {} : { certificate: true }),
  }
  const issued = await client.post<IssuedVehicle>(`/vehicles/${encodeURIComponent(vin)}/credentials`, request)
  const rows = [
    ['vin', issued.vin],
    ['password', issued.password],
  ]
  output.result(issued, () => alignColumns(rows).join('\n'))
  if (out !== undefined) writeVehicleFiles(out, [issued])
  output.hint(
    overlap === 0
      ? 'The password is shown once. The old one has ended.'
      : `The password is shown once. The old one works until ${issued.replacedEndsAt}.`,
  )
}
