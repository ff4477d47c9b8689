import { type SetSignals, type SignalPath, signalRules } from '@pillion/schema'
import type { Command } from 'commander'
import { usageError } from '../cli-error.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { count } from '../count.ts'

export function addVehicleSet(parent: Command): void {
  const command = parent
    .command('set')
    .description('Set signals of a simulated vehicle whose head unit is open: speed, privacy, network …')
    .argument('<vin>', 'the vehicle')
    .argument('<signal=value...>', 'signals by name; those in groups with a dot')
    .addHelpText(
      'after',
      `
What there is to set is in the head unit's panel, and in docs/guides/head-unit.md. Values are JSON, or text
as it is; a signal that is text takes everything as it is, such as radio.programme=1.

Examples:
  $ pillion vehicle set VF3CAR00000000001 speedKmh=90 network=false
  $ pillion vehicle set VF3CAR00000000001 privacyMode=Private media.track='Road song'`,
    )
  addConnectedOptions(command).action(run)
}

async function run(vin: string, pairs: string[], options: ConnectedOptions): Promise<void> {
  const signals = Object.fromEntries(pairs.map(readPair))
  const { client, output } = connect(options)
  const set = await client.patch<SetSignals>(`/vehicles/${encodeURIComponent(vin)}/signals`, signals)
  output.result(set, () =>
    set.headUnits === 0
      ? `No head unit of ${vin} is connected: nothing was set.`
      : `Set in ${count(set.headUnits, 'head unit')} of ${vin}.`,
  )
  if (set.headUnits === 0)
    output.hint(`Open ${client.url}/portal/ as the head unit of ${vin}, then set it again.`)
}

function readPair(pair: string): [name: string, value: unknown] {
  const at = pair.indexOf('=')
  if (at < 1)
    throw usageError(`Write signals as name=value, such as speedKmh=90, not ${JSON.stringify(pair)}.`)
  const [name, text] = [pair.slice(0, at), pair.slice(at + 1)]
  const value = readJson(text)
  const isText = Object.hasOwn(signalRules, name) && signalRules[name as SignalPath].kind === 'text'
  return [name, isText && typeof value !== 'string' ? text : value]
}

/** The text itself where it is none. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
