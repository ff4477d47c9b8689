import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { describeMachine, formatMachine } from '../machine.ts'
import { OptionsError } from '../options.ts'
import { printedBy } from '../servers/installed-server.ts'
import { Deployment } from './deployment.ts'
import { type InterestSample, measureInterest } from './interest.ts'
import { copiers, one, three, two } from './layouts.ts'
import { type LoadName, type LoadOptions, type LoadSample, measureLoads } from './loads.ts'
import { barsOf, formatInterest, formatLatency, formatLoad, formatStorms } from './report.ts'
import { measureStorms, type StormSample } from './storm.ts'

const partNames = ['stream', 'deep-stream', 'fleet', 'latency', 'storm', 'interest'] as const
type PartName = (typeof partNames)[number]

/** One takes half a minute. */
const stormRunsMax = 3

interface Options extends LoadOptions {
  readonly parts: readonly PartName[]
  readonly jsonFile: string | undefined
}

/**
 * `npm run bench -- nodes`: what it costs when those who send and those who receive are on different nodes, as ratios to one
 * node, over a real nats-server and a real PostgreSQL. Returns the exit code: 1 if a bar was missed.
 */
export async function benchNodes(args: readonly string[]): Promise<number> {
  const options = parse(args)
  const versions = { nats: (await printedBy('nats-server', ['--version'])).trim() }
  const machine = describeMachine(versions)
  print(`${formatMachine(machine)}\n`)
  const loads: LoadSample[] = []
  const interest: InterestSample[] = []
  let storms: StormSample[] = []
  if (options.parts.some((part) => part !== 'interest')) {
    const deployment = await Deployment.start()
    try {
      for (const load of ['stream', 'deep-stream', 'fleet', 'latency'] as const) {
        if (options.parts.includes(load)) loads.push(...(await benchLoad(deployment, load, options)))
      }
      if (options.parts.includes('storm')) {
        storms = await measureStorms(deployment, [one, three], {
          ...options,
          runs: Math.min(options.runs, stormRunsMax),
        })
        print(`${formatStorms(storms)}\n`)
      }
    } finally {
      await deployment.close()
    }
  }
  if (options.parts.includes('interest')) interest.push(...(await benchInterest()))
  const bars = barsOf(loads, storms)
  for (const { passed, text } of bars) print(`${passed ? 'passed' : 'not passed'} · ${text}`)
  if (options.jsonFile !== undefined) {
    const written = { machine, bars, loads, storms, interest }
    await writeFile(options.jsonFile, `${JSON.stringify(written, undefined, 2)}\n`)
  }
  return bars.every(({ passed }) => passed) ? 0 : 1
}

async function benchLoad(deployment: Deployment, load: LoadName, options: Options): Promise<LoadSample[]> {
  const layouts = load === 'latency' ? [one, two] : [one, two, three, ...(isBursts(load) ? [copiers] : [])]
  const samples = await measureLoads(deployment, load, layouts, options)
  print(`${load === 'latency' ? formatLatency(samples, options.ratePerSecond) : formatLoad(load, samples)}\n`)
  return samples
}

/** Copiers know pairs only. */
function isBursts(load: LoadName): boolean {
  return load === 'stream' || load === 'deep-stream'
}

async function benchInterest(): Promise<InterestSample[]> {
  const samples: InterestSample[] = []
  for (const kind of ['topics', 'vehicles'] as const) {
    for (const count of [100_000, 1_000_000]) samples.push(await measureInterest(kind, count))
  }
  print(`${formatInterest(samples)}\n`)
  return samples
}

function parse(args: readonly string[]): Options {
  const { values, positionals } = read(args)
  const unknown = positionals.find((name) => !isPart(name))
  if (unknown !== undefined) throw new OptionsError(`nodes has no part ${unknown}`)
  const number = (name: 'runs' | 'seconds' | 'rate', min: number, max: number) => {
    const value = Number(values[name])
    if (value >= min && value <= max) return value
    throw new OptionsError(`--${name} takes a number from ${min} to ${max}`)
  }
  return {
    parts: positionals.length > 0 ? positionals.filter(isPart) : partNames,
    runs: number('runs', 1, 100),
    seconds: number('seconds', 0.1, 60),
    ratePerSecond: number('rate', 1, 1_000_000),
    profile: values.profile,
    jsonFile: values.json,
  }
}

function isPart(name: string): name is PartName {
  return (partNames as readonly string[]).includes(name)
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        runs: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '2' },
        rate: { type: 'string', default: '2000' },
        json: { type: 'string' },
        profile: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    throw new OptionsError(error instanceof Error ? error.message : String(error))
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
