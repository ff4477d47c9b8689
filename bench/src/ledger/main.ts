import { parseArgs } from 'node:util'
import type { LedgerLevel } from '@pillion/schema'
import { generate } from '../generator-process.ts'
import { describeMachine, formatMachine } from '../machine.ts'
import { OptionsError } from '../options.ts'
import { median } from '../sample.ts'
import { PillionServer } from '../servers/pillion.ts'
import type { Measurement } from '../workloads/workload.ts'

const levels = ['off', 'recent', 'durable'] as const satisfies LedgerLevel[]
const workloads = ['stream', 'fleet'] as const
type WorkloadName = (typeof workloads)[number]

/** Of `off` in the same run of the bench. */
const recentStreamShareMin = 0.85

interface Options {
  readonly runs: number
  readonly seconds: number
  readonly workloads: readonly WorkloadName[]
  readonly profile: boolean
}

/**
 * `npm run bench -- ledger`: what it costs to record what becomes of messages, as ratios to a server that records nothing.
 * Returns the exit code: 1 if the bar was missed.
 */
export async function benchLedger(args: readonly string[]): Promise<number> {
  const options = parse(args)
  print(`${formatMachine(describeMachine({}))}\n`)
  const server = new PillionServer('product')
  let passed = true
  try {
    for (const workload of options.workloads) {
      const shares = report(workload, await measure(server, workload, options))
      if (workload === 'stream') passed = tellBar(shares.recent)
    }
  } finally {
    await server.close()
  }
  return passed ? 0 : 1
}

type Runs = Record<LedgerLevel, Measurement[]>

/** off recent durable off recent durable …: what disturbs the machine for a while disturbs all alike. */
async function measure(server: PillionServer, workload: WorkloadName, options: Options): Promise<Runs> {
  const runs: Runs = { off: [], recent: [], durable: [] }
  for (let run = 1; run <= options.runs; run++) {
    for (const level of levels) runs[level].push(await measureOnce(server, workload, level, options))
  }
  return runs
}

async function measureOnce(
  server: PillionServer,
  workload: WorkloadName,
  level: LedgerLevel,
  { seconds, profile }: Options,
): Promise<Measurement> {
  const profileFile = new URL(`../../results/ledger-${workload}-${level}.cpuprofile`, import.meta.url)
    .pathname
  const running = await server.start({
    transport: 'tcp',
    flags: { 'ledger.level': level },
    ...(profile && { profileFile }),
  })
  try {
    const { port, pid, passwords } = running
    const target = { transport: 'tcp', port, pid, passwords, payloadBytes: 100 } as const
    return await generate({ workload, target, seconds })
  } finally {
    await running.stop()
  }
}

function report(workload: WorkloadName, runs: Runs): Record<LedgerLevel, number> {
  const rateOf = (level: LedgerLevel) => median(runs[level].map(({ perSecond }) => perSecond)) ?? 0
  // Of runs side by side, so that a machine that grows slower for a while makes no difference.
  const shareOf = (level: LedgerLevel) =>
    median(runs[level].map(({ perSecond }, run) => perSecond / (runs.off[run]?.perSecond ?? Number.NaN))) ?? 0
  print(`${workload}: messages per second, and as a share of off (medians of ${runs.off.length})`)
  for (const level of levels) {
    const rates = runs[level].map(({ perSecond }) => perSecond)
    const microseconds = median(
      runs[level].map(({ serverCores = Number.NaN, perSecond }) => (serverCores * 1e6) / perSecond),
    )
    const lost = runs[level].reduce((sum, each) => sum + each.lost, 0)
    print(
      `  ${level.padEnd(8)} ${rateOf(level).toFixed(0).padStart(9)}   ${shareOf(level).toFixed(3)}   ` +
        `${Math.min(...rates).toFixed(0)} to ${Math.max(...rates).toFixed(0)}, ${microseconds?.toFixed(2)} µs of the server each, ${lost} lost`,
    )
  }
  print('')
  return { off: 1, recent: shareOf('recent'), durable: shareOf('durable') }
}

function tellBar(share: number): boolean {
  const passed = share >= recentStreamShareMin
  print(
    `${passed ? 'passed' : 'not passed'} · recent reaches ${share.toFixed(3)} of off on stream; ${recentStreamShareMin} is the least\n`,
  )
  return passed
}

function parse(args: readonly string[]): Options {
  const { values, positionals } = read(args)
  const unknown = positionals.find((name) => !isWorkload(name))
  if (unknown !== undefined) throw new OptionsError(`ledger has no workload ${unknown}`)
  const [runs, seconds] = [Number(values.runs), Number(values.seconds)]
  if (!(runs >= 1 && runs <= 100)) throw new OptionsError('--runs takes a number from 1 to 100')
  if (!(seconds >= 0.1 && seconds <= 60)) throw new OptionsError('--seconds takes a number from 0.1 to 60')
  const chosen = positionals.filter(isWorkload)
  return { runs, seconds, workloads: chosen.length > 0 ? chosen : workloads, profile: values.profile }
}

function isWorkload(name: string): name is WorkloadName {
  return (workloads as readonly string[]).includes(name)
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        runs: { type: 'string', default: '7' },
        seconds: { type: 'string', default: '2' },
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
