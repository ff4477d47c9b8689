import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { benchLedger } from './ledger/main.ts'
import { describeMachine, formatMachine, type Machine } from './machine.ts'
import { benchNodes } from './nodes/main.ts'
import { type Options, OptionsError, parseOptions, usage } from './options.ts'
import { formatPage } from './page.ts'
import { benchPortal } from './portal/main.ts'
import { benchPush } from './push/main.ts'
import { formatTask } from './report.ts'
import { type Result, readResults, toResult } from './result.ts'
import type { Sample, Task } from './sample.ts'
import { makeServer } from './servers/index.ts'
import type { Server } from './servers/server.ts'
import { benchStormSimulation } from './storm-simulation/main.ts'
import type { Transport } from './transport.ts'
import { calibrateRate, measureInTurns } from './turns.ts'
import { workloads } from './workloads/index.ts'

const pageFolder = new URL('../../docs/reference/', import.meta.url)

process.once('SIGINT', () => process.exit(130))
process.once('SIGTERM', () => process.exit(143))
try {
  const args = process.argv.slice(2)
  if (args[0] === 'push') await benchPush()
  else if (args[0] === 'storm-simulation') benchStormSimulation(args.slice(1))
  else if (args[0] === 'nodes') process.exitCode = await benchNodes(args.slice(1))
  else if (args[0] === 'ledger') process.exitCode = await benchLedger(args.slice(1))
  else if (args[0] === 'portal') process.exitCode = await benchPortal(args[1])
  else process.exitCode = await run(parseOptions(args))
} catch (error) {
  if (!(error instanceof OptionsError)) throw error
  process.stderr.write(`${error.message}\n\n${usage}`)
  process.exitCode = 2
}

/** Returns the exit code. */
async function run(options: Options): Promise<number> {
  if (options.help) {
    process.stdout.write(usage)
    return 0
  }
  if (options.fromFiles.length > 0) {
    const { machine, results } = await readResults(options.fromFiles)
    if (options.page) await writePage(formatPage(machine, results))
    return options.check ? tellBars(results) : 0
  }
  const { servers, versions } = await findServers(options)
  if (servers.length === 0) {
    process.stderr.write('No server to measure.\n')
    return 2
  }
  const machine = describeMachine(versions)
  process.stdout.write(`${formatMachine(machine)}\n\n`)

  const samples: Sample[] = []
  const results: Result[] = []
  for (const transport of options.transports) {
    const speaking = await keepThoseThatSpeak(servers, transport)
    for (const planned of planTasks(options, transport)) {
      const { result, measured } = await measureTask(planned, speaking, options)
      process.stdout.write(`${formatTask(result.task, result.rows)}\n`)
      samples.push(...measured)
      results.push(result)
    }
  }
  for (const server of servers) await server.close()

  if (options.jsonFile !== undefined) await writeJson(options.jsonFile, machine, samples, results)
  if (options.page) await writePage(formatPage(machine, results))
  return options.check ? tellBars(results) : 0
}

/** What there is to measure over one transport, in order. */
function planTasks({ workloads: asked, payloadsBytes }: Options, transport: Transport): Task[] {
  return payloadsBytes.flatMap((payloadBytes, index) =>
    asked
      .filter((name) => workloads[name].transports.includes(transport))
      .filter((name) => index === 0 || workloads[name].publishes)
      .map((workload) => ({ workload, transport, payloadBytes })),
  )
}

async function measureTask(
  planned: Task,
  speaking: readonly Server[],
  options: Options,
): Promise<{ result: Result; measured: Sample[] }> {
  const { workload } = planned
  const comparesItself = workloads[workload].sizes !== undefined && !options.peersNamed
  const servers = speaking.filter(
    ({ name, unfitFor }) =>
      !unfitFor?.includes(workload) && (!comparesItself || name === 'pillion' || name === 'pillion-open'),
  )
  const task =
    workload === 'latency'
      ? { ...planned, ratePerSecond: await calibrateRate(planned, servers, options) }
      : planned
  const measured = await measureInTurns(task, servers, options)
  return { result: toResult(task, measured), measured }
}

async function findServers(
  options: Options,
): Promise<{ servers: Server[]; versions: Record<string, string> }> {
  const servers: Server[] = []
  const versions: Record<string, string> = {}
  for (const name of options.servers) {
    const server = makeServer[name]()
    const found = await server.find()
    if ('missing' in found) {
      process.stderr.write(`${name} is left out: ${found.missing}\n`)
      continue
    }
    servers.push(server)
    versions[name] = found.version
  }
  return { servers, versions }
}

/** Whether a server speaks a transport can depend on how it was built; starting it tells. */
async function keepThoseThatSpeak(servers: readonly Server[], transport: Transport): Promise<Server[]> {
  const speaking: Server[] = []
  for (const server of servers) {
    try {
      const running = await server.start({ transport })
      await running.stop()
      speaking.push(server)
    } catch (error) {
      process.stderr.write(`${server.name} is left out over ${transport}: ${(error as Error).message}\n`)
    }
  }
  return speaking
}

async function writeJson(
  file: string,
  machine: Machine,
  samples: readonly Sample[],
  results: readonly Result[],
) {
  const bars = results.flatMap(({ bars: each }) => each)
  const faults = results.flatMap(({ faults: each }) => each)
  await writeFile(file, `${JSON.stringify({ machine, bars, faults, samples }, undefined, 2)}\n`)
}

async function writePage(text: string): Promise<void> {
  await mkdir(pageFolder, { recursive: true })
  const file = fileURLToPath(new URL('benchmarks.md', pageFolder))
  await writeFile(file, text)
  process.stdout.write(`written: ${file}\n`)
}

/** Returns the exit code. */
function tellBars(results: readonly Result[]): number {
  const bars = results.flatMap(({ bars: each }) => each)
  const faults = results.flatMap(({ faults: each }) => each)
  for (const { passed, text } of bars) process.stdout.write(`${passed ? 'passed' : 'not passed'} · ${text}\n`)
  for (const fault of faults) process.stdout.write(`not passed · ${fault}\n`)
  return faults.length === 0 && bars.every(({ passed }) => passed) ? 0 : 1
}
