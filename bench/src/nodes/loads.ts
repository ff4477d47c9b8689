import { checkEquation } from '../equation.ts'
import { generate } from '../generator-process.ts'
import type { Counters } from '../servers/counters.ts'
import type { Measurement } from '../workloads/workload.ts'
import type { Deployment } from './deployment.ts'
import { copiers, type Layout } from './layouts.ts'

/** `deep-stream`: as `stream`, with so many bursts of each pair under way that the way between the nodes is no limit. */
export type LoadName = 'stream' | 'deep-stream' | 'fleet' | 'latency'

const deepBursts = 8

export interface LoadSample {
  readonly load: LoadName
  readonly layout: Layout['name']
  /** From 1. */
  readonly run: number
  readonly measurement: Measurement
  /** Of all nodes together; undefined of copiers, which count nothing. */
  readonly counters: Counters | undefined
  /** Messages that are not accounted for. */
  readonly faults: readonly string[]
}

export interface LoadOptions {
  readonly runs: number
  readonly seconds: number
  /** Only for `latency`: messages per second. */
  readonly ratePerSecond: number
  readonly profile: boolean
}

/** One load on each layout in turn, again and again: what disturbs the machine for a while disturbs all alike. */
export async function measureLoads(
  deployment: Deployment,
  load: LoadName,
  layouts: readonly Layout[],
  options: LoadOptions,
): Promise<LoadSample[]> {
  const samples: LoadSample[] = []
  for (let run = 1; run <= options.runs; run++) {
    for (const layout of layouts) samples.push(await measureOnce(deployment, load, layout, run, options))
  }
  return samples
}

async function measureOnce(
  deployment: Deployment,
  load: LoadName,
  layout: Layout,
  run: number,
  { seconds, ratePerSecond, profile }: LoadOptions,
): Promise<LoadSample> {
  const nodes = await deployment.open(layout, profile ? `nodes-${load}-${layout.name}-${run}` : undefined)
  try {
    const burstsUnderWay = load === 'deep-stream' ? deepBursts : 1
    const target = { ...nodes.target, ratePerSecond, burstsUnderWay }
    const workload = load === 'deep-stream' ? 'stream' : load
    const measurement = await generate({ workload, target, seconds })
    const counters = layout === copiers ? undefined : await nodes.readCounters()
    const faults = counters === undefined ? [] : checkEquation(measurement, counters)
    return { load, layout: layout.name, run, measurement, counters, faults }
  } finally {
    await nodes.stop()
  }
}
