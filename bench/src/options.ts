import { parseArgs } from 'node:util'
import type { ServerName } from './servers/server.ts'
import { isTransport, type Transport, transports } from './transport.ts'
import { isWorkloadName, type WorkloadName, workloadNames } from './workloads/index.ts'

export interface Options {
  readonly help: boolean
  readonly workloads: readonly WorkloadName[]
  readonly transports: readonly Transport[]
  /** In the order of their turns; pillion and pillion-open first. */
  readonly servers: readonly ServerName[]
  /** Somebody asked for these servers: they take part in `scaling`, too. */
  readonly peersNamed: boolean
  readonly seconds: number
  readonly runs: number
  readonly payloadsBytes: readonly number[]
  readonly jsonFile: string | undefined
  readonly page: boolean
  /** Samples of earlier runs to take instead of measuring. */
  readonly fromFiles: readonly string[]
  readonly check: boolean
  readonly profile: boolean
}

/** A wrong command line; the message says what was wrong. */
export class OptionsError extends Error {
  override readonly name = 'OptionsError'
}

export const usage = `npm run bench -- [workload…] [options]
npm run bench -- push            push: REST, fan-out, and how long a crowd holds others up
npm run bench -- portal [day]    portal: from a partner's publish to an app in Chromium; what a day leaves behind
npm run bench -- nodes [stream|deep-stream|fleet|latency|storm|interest…] [--runs N] [--seconds N] [--rate N] [--json FILE] [--profile]
                                 nodes: several nodes over NATS and PostgreSQL, as ratios to one
npm run bench -- storm-simulation [--clients N] [--nodes N] [--rate N] [--patience S] [--round-trip MS] [--refusal N] [--backlog N]
                                 [--seconds N] [--seed N]: how a fleet comes back after an outage, on paper

  workload            ${workloadNames.join(', ')}; default: all
  --against LIST      mosquitto, nats, aedes, relay, or none; default: mosquitto,nats,aedes
  --floor             also relay, which copies bytes without looking: the least that Node can take
  --pillion LIST      pillion, pillion-open, or none; default: pillion
  --over LIST         ${transports.join(', ')}, or all; default: tcp
  --payload LIST      bytes of each message; default: 100
  --seconds N         measured per run, after one second of warm-up; default: 2
  --runs N            per workload and server; the median counts; default: 5
  --quick             three runs of one second
  --json FILE         write machine, every sample and the bars
  --page              write docs/reference/benchmarks.md
  --from LIST         measure nothing: take the samples of these JSON files, for --page and --check
  --check             tell each bar of bench/bars.json; exit with 1 if one is missed
  --profile           write a CPU profile of each run of a server in Node to bench/results
`

export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args)
  const unknown = positionals.find((name) => !isWorkloadName(name))
  if (unknown !== undefined) throw new OptionsError(`unknown workload ${unknown}`)
  const asked = positionals.filter(isWorkloadName)
  const peers = parseList('--against', values.against ?? 'mosquitto,nats,aedes', [
    'mosquitto',
    'nats',
    'aedes',
    'relay',
  ])
  return {
    help: values.help,
    workloads: asked.length > 0 ? asked : workloadNames,
    transports: parseTransports(values.over),
    servers: [
      ...parseList('--pillion', values.pillion, ['pillion', 'pillion-open']),
      ...peers,
      ...(values.floor && !peers.includes('relay') ? (['relay'] as const) : []),
    ],
    peersNamed: values.against !== undefined,
    seconds: parseNumber('--seconds', values.seconds ?? (values.quick ? '1' : '2'), 0.1, 60),
    runs: parseNumber('--runs', values.runs ?? (values.quick ? '3' : '5'), 1, 100),
    // A portal message may be no larger than this (W 2.9); the windows of the loads are made for small ones.
    payloadsBytes: values.payload.split(',').map((text) => parseNumber('--payload', text, 1, 16_384)),
    jsonFile: values.json,
    page: values.page,
    fromFiles: values.from.split(',').filter((file) => file !== ''),
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
        against: { type: 'string' },
        floor: { type: 'boolean', default: false },
        pillion: { type: 'string', default: 'pillion' },
        over: { type: 'string', default: 'tcp' },
        payload: { type: 'string', default: '100' },
        seconds: { type: 'string' },
        runs: { type: 'string' },
        quick: { type: 'boolean', default: false },
        json: { type: 'string' },
        page: { type: 'boolean', default: false },
        from: { type: 'string', default: '' },
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

function parseTransports(text: string): readonly Transport[] {
  if (text === 'all') return transports
  return text.split(',').map((name) => {
    if (!isTransport(name))
      throw new OptionsError(`--over takes ${transports.join(', ')} or all, not ${name}`)
    return name
  })
}

function parseNumber(option: string, text: string, min: number, max: number): number {
  const value = Number(text)
  if (!(value >= min && value <= max))
    throw new OptionsError(`${option} takes a number from ${min} to ${max}`)
  return value
}
