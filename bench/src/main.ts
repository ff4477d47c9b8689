import { writeFile } from 'node:fs/promises'
import { checkBar } from './bars.ts'
import { describeMachine, formatMachine } from './machine.ts'
import { type Options, OptionsError, parseOptions, usage } from './options.ts'
import { formatWorkload } from './report.ts'
import { type Sample, summarize } from './sample.ts'
import { makeServer } from './servers/index.ts'
import type { Server } from './servers/server.ts'
import { measureInTurns } from './turns.ts'

process.once('SIGINT', () => process.exit(130))
process.once('SIGTERM', () => process.exit(143))
try {
  const options = parseOptions(process.argv.slice(2))
  if (options.help) process.stdout.write(usage)
  else process.exitCode = await bench(options)
} catch (error) {
  if (!(error instanceof OptionsError)) throw error
  process.stderr.write(`${error.message}\n\n${usage}`)
  process.exitCode = 2
}

/** Returns the exit code. */
async function bench(options: Options): Promise<number> {
  const { servers, versions } = await findServers(options)
  if (servers.length === 0) {
    process.stderr.write('No server to measure.\n')
    return 2
  }
  const machine = describeMachine(versions)
  process.stdout.write(`${formatMachine(machine)}\n\n`)

  const samples: Sample[] = []
  const faults: string[] = []
  for (const workload of options.workloads) {
    const measured = await measureInTurns(workload, servers, options)
    const rows = summarize(measured)
    samples.push(...measured)
    faults.push(...checkBar(workload, rows))
    process.stdout.write(`${formatWorkload(workload, options.payloadBytes, rows)}\n`)
  }
  for (const server of servers) await server.close()

  if (options.jsonFile !== undefined) {
    await writeFile(options.jsonFile, `${JSON.stringify({ machine, samples }, undefined, 2)}\n`)
  }
  if (!options.check) return 0
  for (const fault of faults) process.stdout.write(`not passed · ${fault}\n`)
  return faults.length === 0 ? 0 : 1
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
