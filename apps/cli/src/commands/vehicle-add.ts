import type { IssuedVehicle } from '@pillion/schema'
import type { Command } from 'commander'
import { inBatches } from '../batches.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { prepareVehicleFiles, writeVehicleFiles } from '../vehicle-files.ts'
import { readVins } from '../vin-list.ts'

export function addVehicleAdd(parent: Command): void {
  const command = parent
    .command('add')
    .description("Add vehicles and show their head units' passwords, once.")
    .argument('[vin...]', 'VINs: 17 letters or digits each')
    .option('--file <file>', "read the VINs from a file, one per line; '-' is stdin")
    .option('--out <dir>', 'also issue client certificates, and write them to DIR/<VIN>.crt with DIR/ca.crt')
    .addHelpText(
      'after',
      '\nExamples:\n  $ pillion vehicle add VF3CAR00000000001\n  $ pillion vehicle add --file fleet.txt > passwords.tsv',
    )
  addConnectedOptions(command).action(run)
}

async function run(
  args: string[],
  options: ConnectedOptions & { file?: string; out?: string },
): Promise<void> {
  const vins = await readVins(args, options.file)
  if (options.out !== undefined) prepareVehicleFiles(options.out, vins)
  const { client, output, command } = connect(options)
  const issued: IssuedVehicle[] = []
  try {
    await inBatches(vins, output, async (batch) => {
      const certificates = options.out !== undefined
      issued.push(...(await client.post<IssuedVehicle[]>('/vehicles', { vins: batch, certificates })))
    })
  } finally {
    // Also when a later batch failed: nobody can ask for these passwords again.
    if (output.json) output.result(issued, String)
    else
      output.table(
        ['vin', 'password'],
        issued.map(({ vin, password }) => [vin, password]),
      )
    if (issued.length > 0 && issued.length < vins.length) {
      output.notice(
        `Only ${issued.length} of ${vins.length} vehicles were added; theirs are the passwords above.`,
      )
    }
  }
  if (options.out !== undefined) {
    writeVehicleFiles(options.out, issued)
    output.hint(
      `Client certificates are in ${options.out}: a head unit may sign in with one instead of its password.`,
    )
  }
  output.hint(
    `Passwords are shown once. Next: \`${command('app subscribe IDAPP VIN…')}\` puts an app on their screens.`,
  )
}
