import { type ConnectionPage, limits, type Status } from '@pillion/schema'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { BenchIdentities } from '../bench/identities.ts'
import { findMqttAddress, formatAddress } from '../bench/mqtt-address.ts'
import { describeReport, figuresNote, type Report } from '../bench/report.ts'
import type { Workload } from '../bench/tally.ts'
import { CliError, failure } from '../cli-error.ts'
import { confirm } from '../confirm.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { count } from '../count.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Output } from '../output.ts'
import { waitForSignal } from '../signals.ts'

interface Options extends ConnectedOptions {
  workload?: Workload
  seconds: number
  pairs: number
  payloadBytes: number
  rate: number
  mqtt?: string
  yes?: boolean
}

export function addBench(parent: Command): void {
  const command = parent
    .command('bench')
    .description('Measure the running server: messages per second, and how long a message takes.')
    .addOption(new Option('--workload <name>', 'only one (default: both)').choices(['stream', 'latency']))
    .option('--seconds <n>', 'how long each is measured, 0.1 to 60', within(0.1, 60), 3)
    .option(
      '--pairs <n>',
      'connections of the partner, each with a vehicle of its own, 1 to 100',
      wholeWithin(1, 100),
      10,
    )
    .option(
      '--payload-bytes <n>',
      `size of a message, 1 to ${limits.portalPayloadBytesMax}`,
      wholeWithin(1, limits.portalPayloadBytesMax),
      100,
    )
    .option('--rate <n>', 'messages per second of latency, 1 to 50000', wholeWithin(1, 50_000), 1_000)
    .option(
      '--mqtt <host:port>',
      'where clients reach it, mqtts:// before it for TLS (default: as the server says)',
    )
    .option('--yes', 'do not ask, although others are connected')
    .addHelpText(
      'after',
      `
It loads the server as much as it can, and whoever else is connected is slowed down: it asks before
that. It adds a partner and an app (pillion-bench-…) and vehicles (BENCH…), and removes them at the
end, also after Ctrl-C; audit log and ledger keep their entries.

  stream    each pair as fast as it goes, bursts of up to 64 messages under way
  latency   a fixed rate; the time of a message counts from when it was due

Messages go from partner to vehicle at QoS 0; a fifth of the time before counts as warm-up. The
figures are of this moment and this machine, where the load is made, too.

Examples:
  $ pillion bench
  $ pillion bench --workload latency --rate 5000 --payload-bytes 1000
  $ pillion bench --server https://pillion.example.com --token-file token --mqtt mqtts://pillion.example.com:8883`,
    )
  addConnectedOptions(command).action(run)
}

async function run(options: Options): Promise<void> {
  const { client, output } = connect(options)
  const { pairs, payloadBytes, seconds, workload } = options
  const status = await client.get<Status>('/status')
  const address = findMqttAddress(options.mqtt, status, client.url)
  const { total } = await client.get<ConnectionPage>('/connections?count=1')
  if (total > 0) await confirm(output, `${count(total, 'client')} would be slowed down by the load.`, options)

  const stop = new AbortController()
  void waitForSignal().then(() => {
    output.hint('Stopping, and removing what was added. Ctrl-C again ends at once, without that.')
    stop.abort(interrupted)
  })
  const identities = new BenchIdentities(client, pairs)
  const workloads: Workload[] = workload === undefined ? ['stream', 'latency'] : [workload]
  const onLoad = (next: Workload) => output.progress(`${next}: ${seconds} s …`)
  output.progress('Adding a partner, vehicles and an app …')
  try {
    // Loaded only now: the other commands start faster without the codec.
    const { runBench } = await import('../bench/run-bench.ts')
    const bench = { ...options, client, identities, address, workloads, stop, onLoad }
    const { outcomes, dropped } = await runBench(bench)
    const { version, node, nodes } = status
    const report: Report = {
      server: { url: client.url, mqtt: formatAddress(address), version, node, nodes: nodes.length },
      at: new Date().toISOString(),
      pairs,
      payloadBytes,
      seconds,
      workloads: outcomes,
      dropped,
      note: figuresNote,
    }
    output.endProgress()
    output.result(report, () => describeReport(report))
  } catch (error) {
    await remove(identities, output).catch((left: Error) => output.notice(left.message))
    throw error
  }
  await remove(identities, output)
}

const interrupted = new CliError('Stopped before it had finished.', {
  exitCode: exitCodes.interrupted,
  code: 'INTERRUPTED',
})

/** @throws {CliError} that names what is still there */
async function remove(identities: BenchIdentities, output: Output): Promise<void> {
  output.progress('Removing what was added …')
  const { left, why } = await identities.remove()
  output.endProgress()
  if (left.length === 0) return
  throw failure(`What the bench had added could not be removed: ${why}\nDo it with:\n  ${left.join('\n  ')}`)
}

function within(min: number, max: number) {
  return (text: string): number => {
    const value = Number(text)
    if (text.trim() !== '' && value >= min && value <= max) return value
    throw new InvalidArgumentError(`It is a number from ${min} to ${max}.`)
  }
}

function wholeWithin(min: number, max: number) {
  return (text: string): number => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= min && value <= max) return value
    throw new InvalidArgumentError(`It is a whole number from ${min} to ${max}.`)
  }
}
