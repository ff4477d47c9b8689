import barsJson from '../bars.json' with { type: 'json' }
import { checkEquation } from './equation.ts'
import { disturbedCores, type Row, type Sample, type Task } from './sample.ts'
import type { ServerName } from './servers/server.ts'
import type { Transport } from './transport.ts'
import { type WorkloadName, workloads } from './workloads/index.ts'

/** What pillion, with its access checks on, must reach. */
export interface Bar {
  readonly workload: WorkloadName
  readonly over: Transport
  readonly figure: 'perSecond' | 'p99Ms' | 'kilobytesPerConnection' | 'costTimesSmallest'
  /** Then what counts is the multiple of this server's figure in the same run of the bench. */
  readonly against?: ServerName
  readonly min?: number
  readonly max?: number
}

export interface BarResult {
  readonly passed: boolean
  /** Undefined when it cannot be told. */
  readonly value: number | undefined
  readonly bar: Bar
  /** One sentence with both. */
  readonly text: string
}

const bars = barsJson as readonly Bar[]

/** Bars are for messages of this size. */
const barPayloadBytes = 100

const units: Record<Bar['figure'], string> = {
  perSecond: 'per second',
  p99Ms: 'ms p99',
  kilobytesPerConnection: 'KB per idle connection',
  costTimesSmallest: '× the cost of a message at the smallest size',
}

/** Compares one task's rows with each of its bars. */
export function checkBars(task: Task, rows: readonly Row[], all: readonly Bar[] = bars): BarResult[] {
  return barsOf(task, all).map((bar) => {
    const value = readValue(bar, rows)
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = bar
    const passed = value !== undefined && value >= min && value <= max
    return { passed, value, bar, text: describe(bar, value) }
  })
}

/** What makes the rows of a task worthless, as sentences: losses, messages that nobody accounts for, a disturbed machine. */
export function findFaults(task: Task, samples: readonly Sample[], rows: readonly Row[]): string[] {
  const { workload, transport, payloadBytes } = task
  const where = `${workload} over ${transport}, ${payloadBytes} B`
  const compared = new Set([...barsOf(task, bars).map(({ against }) => against), 'pillion'])
  const disturbed = rows
    .filter(({ server, otherCores }) => compared.has(server) && otherCores > disturbedCores)
    .map(({ server }) => `${where}: ${server} was disturbed by other processes, run again`)
  const lost = rows
    .filter(({ server, lost }) => server === 'pillion' && lost > 0)
    .map((row) => `${where}: pillion lost ${row.lost}`)
  const unaccounted = samples.flatMap(({ server, run, measurement, counters }) =>
    counters === undefined
      ? []
      : checkEquation(measurement, counters).map((fault) => `${where}, ${server}, run ${run}: ${fault}`),
  )
  return [...disturbed, ...lost, ...unaccounted]
}

function barsOf({ workload, transport, payloadBytes }: Task, all: readonly Bar[]): Bar[] {
  if (workloads[workload].publishes && payloadBytes !== barPayloadBytes) return []
  return all.filter((bar) => bar.workload === workload && bar.over === transport)
}

/** Of several rows, as in `scaling`, the largest. */
function readValue({ figure, against }: Bar, rows: readonly Row[]): number | undefined {
  const ours = rows.filter(({ server }) => server === 'pillion').map((row) => row[figure])
  const known = ours.filter((value) => value !== undefined)
  if (known.length === 0 || known.length < ours.length) return undefined
  const value = Math.max(...known)
  if (against === undefined) return value
  const theirs = rows.find(({ server }) => server === against)?.[figure]
  return theirs === undefined ? undefined : value / theirs
}

function describe({ workload, over, figure, against, min, max }: Bar, value: number | undefined): string {
  const unit = against === undefined ? units[figure] : `× ${against}, ${units[figure]}`
  const limit = min === undefined ? `at most ${max}` : `at least ${min}`
  const told =
    value === undefined
      ? `not known, because ${against ?? 'pillion'} or pillion was not measured`
      : formatValue(value)
  return `${workload} over ${over}: ${told}${value === undefined ? '' : ` ${unit}`}; the bar is ${limit}`
}

function formatValue(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
