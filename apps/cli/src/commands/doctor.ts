import type { Command } from 'commander'
import { type Check, describeChecks } from '../checks.ts'
import { usageError } from '../cli-error.ts'
import { AdminClient } from '../client.ts'
import { addConnectedOptions, type ConnectedOptions } from '../connected-command.ts'
import type { SetupOptions } from '../doctor/setup.ts'
import { exitCodes } from '../exit-codes.ts'
import { Output } from '../output.ts'
import { findServer } from '../server-address.ts'

interface Options extends ConnectedOptions, SetupOptions {
  topic?: string
  vin?: string
  root?: string
}

export function addDoctor(parent: Command): void {
  const command = parent
    .command('doctor')
    .description('Look for what is wrong: with the server, or with how a client connects, each with the fix.')
    .optionsGroup('Of a client, instead of the server:')
    .option('--config <file>', 'its configuration, as `pillion partner add` wrote it')
    .option('--host <host>', 'host, or an address such as wss://broker.example/mqtt')
    .option('--port <port>', 'port (default: that of the address, else 8886)')
    .option('--ca <file>', 'authority of the server, PEM')
    .option('--cert <file>', 'client certificate, PEM; may hold the key, too')
    .option('--key <file>', 'its private key, PEM')
    .option('-u, --username <name>', 'UID of a partner, VIN of a vehicle, name of an account')
    .option('-P, --password-file <file>', 'file with the password')
    .option('--topic <topic>', 'check its spelling, and whether it is granted')
    .option('--vin <vin>', 'check whether this vehicle can be sent to')
    .option('--root <root>', 'topic root, if it is not the usual one')
    .addHelpText(
      'after',
      `
Without options for a client, the server of --data or --server is looked at. Ends with 1 if something is wrong (✗);
! only says what should be better. With --topic or --vin an empty message is published, which no app sees; the
password goes to nobody but a server that is trusted, and is printed nowhere. Do not name a vehicle that is on the
road: its head unit would lose the connection.

Examples:
  $ pillion doctor
  $ pillion doctor --config acme/config.json --vin VF3CAR00000000001
  $ pillion doctor --host wss://broker.example/mqtt --ca ca.crt -u acme -P password.txt`,
    )
  addConnectedOptions(command).action(run)
}

async function run(options: Options): Promise<void> {
  const output = new Output({ json: options.json === true })
  const checks = await check(options)
  const isGood = checks.every(({ isPassed, isWarning }) => isPassed || isWarning)
  const shown = checks.map(toShown)
  output.result({ isGood, checks: shown }, () => describeChecks(shown, output))
  if (!isGood) process.exitCode = exitCodes.failed
}

async function check(options: Options): Promise<Check[]> {
  const { config, host, topic, vin, root } = options
  if (config === undefined && host === undefined) {
    const stray = ['port', 'ca', 'cert', 'key', 'username', 'passwordFile', 'topic', 'vin'] as const
    if (stray.some((name) => options[name] !== undefined))
      throw usageError('To look at how a client connects, name its --config FILE or its --host HOST.')
    const { checkServer } = await import('../doctor/check-server.ts')
    const address = findServer(options)
    return checkServer(new AdminClient(address), address)
  }
  const { readSetup } = await import('../doctor/setup.ts')
  const { checkClient } = await import('../doctor/check-client.ts')
  return checkClient(readSetup(options), { topic, vin, root })
}

/** What to do about something that is as it should be is left out. */
function toShown({ isPassed, text, reason, fix, isWarning }: Check): Check {
  if (isPassed) return { isPassed, text }
  return {
    isPassed,
    text,
    ...(isWarning ? { isWarning } : {}),
    ...(reason === undefined ? {} : { reason }),
    ...(fix === undefined ? {} : { fix }),
  }
}
