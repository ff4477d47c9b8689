import type { ServerName } from './servers/server.ts'
import type { WorkloadName } from './workloads/index.ts'
import type { Measurement } from './workloads/workload.ts'

/** With more than this used by other processes, in cores, a run is disturbed. */
export const disturbedCores = 0.15

/** One run of one workload on one server. */
export interface Sample {
  readonly workload: WorkloadName
  readonly server: ServerName
  /** From 1. */
  readonly run: number
  readonly payloadBytes: number
  readonly measurement: Measurement
}

/** The runs of one workload on one server as one row: every number the median of its own. */
export interface Row {
  readonly server: ServerName
  readonly perSecond: number
  readonly slowest: number
  readonly fastest: number
  /** Of all runs together. */
  readonly lost: number
  readonly p50Ms: number | undefined
  readonly p99Ms: number | undefined
  readonly serverCores: number | undefined
  readonly generatorCores: number
  readonly otherCores: number
  readonly rssKilobytes: number | undefined
  readonly kilobytesPerConnection: number | undefined
}

/** Rows in the order in which the servers first appear. */
export function summarize(samples: readonly Sample[]): Row[] {
  const names = [...new Set(samples.map(({ server }) => server))]
  return names.map((server) => {
    const runs = samples.filter((sample) => sample.server === server).map(({ measurement }) => measurement)
    const rates = runs.map(({ perSecond }) => perSecond)
    return {
      server,
      perSecond: median(rates) ?? 0,
      slowest: Math.min(...rates),
      fastest: Math.max(...rates),
      lost: runs.reduce((sum, { lost }) => sum + lost, 0),
      p50Ms: median(runs.map(({ latencyMs }) => latencyMs?.p50)),
      p99Ms: median(runs.map(({ latencyMs }) => latencyMs?.p99)),
      serverCores: median(runs.map(({ serverCores }) => serverCores)),
      generatorCores: median(runs.map(({ generatorCores }) => generatorCores)) ?? 0,
      otherCores: median(runs.map(({ otherCores }) => otherCores)) ?? 0,
      rssKilobytes: median(runs.map(({ rssKilobytes }) => rssKilobytes)),
      kilobytesPerConnection: median(runs.map(({ kilobytesPerConnection }) => kilobytesPerConnection)),
    }
  })
}

/** Of the values that are there; of an even number the mean of the middle two; undefined if there are none. */
export function median(values: readonly (number | undefined)[]): number | undefined {
  const sorted = values.filter((value) => value !== undefined).sort((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.floor((sorted.length - 1) / 2)]
  return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2
}
