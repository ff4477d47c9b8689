import type { Counters } from './servers/counters.ts'
import type { ServerName } from './servers/server.ts'
import type { Transport } from './transport.ts'
import type { WorkloadName } from './workloads/index.ts'
import type { Measurement, Percentiles, Size } from './workloads/workload.ts'

/** With more than this used by other processes, in cores, a run is disturbed. */
export const disturbedCores = 0.15

/** What is measured on every server in turn, and becomes one table. */
export interface Task {
  readonly workload: WorkloadName
  readonly transport: Transport
  readonly payloadBytes: number
  /** Only `latency`. */
  readonly ratePerSecond?: number
}

/** One run of one task on one server. */
export interface Sample extends Task {
  readonly server: ServerName
  /** From 1. */
  readonly run: number
  readonly size?: Size
  readonly measurement: Measurement
  /** Absent where the server does not count every drop. */
  readonly counters?: Counters
}

/** The runs of one task on one server as one row: every number the median of its own, unless it says otherwise. */
export interface Row {
  readonly server: ServerName
  readonly size: Size | undefined
  readonly perSecond: number
  readonly slowest: number
  readonly fastest: number
  /** Of all runs together. */
  readonly lost: number
  /** By reason, of all runs together. */
  readonly dropped: Readonly<Record<string, number>>
  readonly p50Ms: number | undefined
  readonly p99Ms: number | undefined
  readonly p999Ms: number | undefined
  /** 99th percentile of how late the generator itself was. */
  readonly delayMs: number | undefined
  readonly serverMicroseconds: number | undefined
  readonly generatorMicroseconds: number
  /** Processor time of the server per message, as a multiple of that at the smallest size. */
  readonly costTimesSmallest: number | undefined
  readonly serverCores: number | undefined
  readonly generatorCores: number
  readonly otherCores: number
  readonly rssKilobytes: number | undefined
  readonly kilobytesPerConnection: number | undefined
  readonly connected: number | undefined
  readonly synRetransmits: number | undefined
  readonly retries: number | undefined
}

/** Rows in the order in which the servers, and sizes, first appear. */
export function summarize(samples: readonly Sample[]): Row[] {
  const rows = [...groupRuns(samples).values()].map(summarizeRuns)
  return rows.map((row) => {
    const smallest = rows.find(({ server, size }) => server === row.server && size?.of === row.size?.of)
    const times = (row.serverMicroseconds ?? Number.NaN) / (smallest?.serverMicroseconds ?? Number.NaN)
    return { ...row, costTimesSmallest: row.size && !Number.isNaN(times) ? times : undefined }
  })
}

function groupRuns(samples: readonly Sample[]): Map<string, Sample[]> {
  const groups = new Map<string, Sample[]>()
  for (const sample of samples) {
    const key = `${sample.server} ${sample.size?.of} ${sample.size?.count}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [sample])
    else group.push(sample)
  }
  return groups
}

function summarizeRuns(samples: readonly Sample[]): Omit<Row, 'costTimesSmallest'> {
  const runs = samples.map(({ measurement }) => measurement)
  const medianOf = (figure: (run: Measurement) => number | undefined) => median(runs.map(figure))
  const latency = (which: keyof Percentiles) => medianOf(({ latencyMs }) => latencyMs?.[which])
  const rates = runs.map(({ perSecond }) => perSecond)
  const [first] = samples
  return {
    server: (first as Sample).server,
    size: first?.size,
    perSecond: median(rates) ?? 0,
    slowest: Math.min(...rates),
    fastest: Math.max(...rates),
    lost: runs.reduce((sum, { lost }) => sum + lost, 0),
    dropped: addUp(samples.map(({ counters }) => counters?.dropped ?? {})),
    p50Ms: latency('p50'),
    p99Ms: latency('p99'),
    p999Ms: latency('p999'),
    delayMs: medianOf(({ delayMs }) => delayMs?.p99),
    serverMicroseconds: medianOf((run) => run.serverCores && (run.serverCores * 1e6) / run.perSecond),
    generatorMicroseconds: medianOf((run) => (run.generatorCores * 1e6) / run.perSecond) ?? 0,
    serverCores: medianOf((run) => run.serverCores),
    generatorCores: medianOf((run) => run.generatorCores) ?? 0,
    otherCores: medianOf((run) => run.otherCores) ?? 0,
    rssKilobytes: medianOf((run) => run.rssKilobytes),
    kilobytesPerConnection: medianOf((run) => run.kilobytesPerConnection),
    connected: medianOf((run) => run.connected),
    synRetransmits: medianOf((run) => run.synRetransmits),
    retries: medianOf((run) => run.retries),
  }
}

function addUp(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const [reason, count] of counts.flatMap((each) => Object.entries(each))) {
    sums[reason] = (sums[reason] ?? 0) + count
  }
  return sums
}

/** Of the values that are there; of an even number the mean of the middle two; undefined if there are none. */
export function median(values: readonly (number | undefined)[]): number | undefined {
  const sorted = values.filter((value) => value !== undefined).sort((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.floor((sorted.length - 1) / 2)]
  return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2
}
