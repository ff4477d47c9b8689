import { parseArgs } from 'node:util'
import type { ServerName } from './servers/server.ts'
import { isWorkloadName, type WorkloadName, workloads } from './workloads/index.ts'

export interface Options {
  readonly help: boolean
  readonly workloads: readonly WorkloadName[]
  /** In the order of their turns; pillion and pillion-open first. */
  readonly servers: readonly ServerName[]
  readonly seconds: number
  readonly runs: number
  readonly payloadBytes: number
  readonly jsonFile: string | undefined
  readonly check: boolean
  readonly profile: boolean
}

/** A wrong command line; the message says what was wrong. */
export class OptionsError extends Error {
  override readonly name = 'OptionsError'
}

export const usage = `npm run bench -- [workload…] [options]

  workload            ${Object.keys(workloads).join(', ')}; default: all
  --against LIST      mosquitto, nats, or none; default: mosquitto,nats
  --pillion LIST      pillion, pillion-open, or none; default: pillion,pillion-open
  --seconds N         measured per run, after one second of warm-up; default: 2
  --runs N            per workload and server; the median counts; default: 3
  --payload BYTES     of each message; default: 100
  --json FILE         write every sample
  --check             exit with 1 if a ratio is below its bar in bench/bars.json
  --profile           write a CPU profile of each run of pillion to bench/results
`

export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args)
  const unknown = positionals.find((name) => !isWorkloadName(name))
  if (unknown !== undefined) throw new OptionsError(`unknown workload ${unknown}`)
  const asked = positionals.filter(isWorkloadName)
  return {
    help: values.help,
    workloads: asked.length > 0 ? asked : (Object.keys(workloads) as WorkloadName[]),
    servers: [
      ...parseList('--pillion', values.pillion, ['pillion', 'pillion-open']),
      ...parseList('--against', values.against, ['mosquitto', 'nats']),
    ],
    seconds: parseNumber('--seconds', values.seconds, 0.1, 60),
    runs: parseNumber('--runs', values.runs, 1, 100),
    // A portal message may be no larger than this (W 2.9); the windows of the loads are made for small ones.
    payloadBytes: parseNumber('--payload', values.payload, 1, 16_384),
    jsonFile: values.json,
    check: values.check,
    profile: values.profile,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        against: { type: 'string', default: 'mosquitto,nats' },
        pillion: { type: 'string', default: 'pillion,pillion-open' },
        seconds: { type: 'string', default: '2' },
        runs: { type: 'string', default: '3' },
        payload: { type: 'string', default: '100' },
        json: { type: 'string' },
        check: { type: 'boolean', default: false },
        profile: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    throw new OptionsError(error instanceof Error ? error.message : String(error))
  }
}

function parseList(option: string, text: string, allowed: readonly ServerName[]): ServerName[] {
  if (text === 'none') return []
  return text.split(',').map((name) => {
    const server = allowed.find((candidate) => candidate === name)
    if (server === undefined)
      throw new OptionsError(`${option} takes ${allowed.join(', ')} or none, not ${name}`)
    return server
  })
}

function parseNumber(option: string, text: string, min: number, max: number): number {
  const value = Number(text)
  if (!(value >= min && value <= max))
    throw new OptionsError(`${option} takes a number from ${min} to ${max}`)
  return value
}
