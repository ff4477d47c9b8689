import type { Command } from 'commander'
import { type AppWishes, prepareApp } from '../app-dev/prepare-app.ts'
import { RunLatest } from '../app-dev/run-latest.ts'
import { watchPackage } from '../app-dev/watch-package.ts'
import { describeError } from '../cli-error.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import type { Output } from '../output.ts'
import { readPackage } from '../package-archive.ts'
import { uploadPackage } from '../package-upload.ts'
import { waitForSignal } from '../signals.ts'

export function addAppDev(parent: Command): void {
  const command = parent
    .command('dev')
    .description('Install a web app as it is, and again whenever its files change, until Ctrl-C.')
    .argument('<path>', 'the web app: a folder, a .tar.gz or a .zip')
    .option('--app <idapp>', "the app's id (default: what the package says, else the folder's name)")
    .option('--vin <vin>', 'the vehicle to try it in (default: the only one there is)')
    .option('--partner <uid>', 'who owns the app if it is new (default: the only one there is)')
    .addHelpText(
      'after',
      `
An open head unit reloads the app each time. With --json each installation is one line.

Examples:
  $ pillion app dev ./parking
  $ pillion app dev ./parking --app parking --vin VF3CAR00000000001`,
    )
  addConnectedOptions(command).action(run)
}

async function run(path: string, options: ConnectedOptions & AppWishes): Promise<void> {
  const signal = waitForSignal()
  const { client, output } = connect(options)
  const { idApp, vins } = await prepareApp(client, path, options)
  // What changes while a version is installed makes one more, however much it is.
  const installs = new RunLatest(() => install(path, idApp, options, output))
  // From before the first one on, so that nothing is missed.
  const endWatch = watchPackage(path, () => installs.want())
  output.hint(`Watching ${path}; try ${idApp} in ${vins.join(', ')} at ${client.url}/portal/. Ctrl-C ends.`)
  installs.want()
  await signal
  endWatch()
  await installs.settle()
}

/** Never throws: the next change may put it right. */
async function install(
  path: string,
  idApp: string,
  options: ConnectedOptions,
  output: Output,
): Promise<void> {
  const at = new Date()
  const time = at.toLocaleTimeString('sv-SE')
  try {
    const archive = await readPackage(path)
    // Found anew each time: a restarted server may have another port and another token.
    const app = await uploadPackage(connect(options).client, idApp, { archive, query: {} })
    output.result(
      { at: at.toISOString(), ...app },
      () => `${time}  installed ${idApp}, version ${app.version}`,
    )
  } catch (error) {
    output.notice(`${time}  not installed: ${describeError(error)}`)
  }
}
