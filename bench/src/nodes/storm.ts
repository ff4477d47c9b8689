import { once } from 'node:events'
import { generate } from '../generator-process.ts'
import { startForked } from '../servers/forked.ts'
import type { Measurement } from '../workloads/workload.ts'
import type { Deployment } from './deployment.ts'
import type { Layout } from './layouts.ts'
import type { SteadyFigures, SteadyJob } from './steady-process.ts'

export const stormClients = 10_000

export interface StormSample {
  readonly layout: Layout['name']
  /** From 1. */
  readonly run: number
  /** Sign-ins; `lost` are clients that did not get in. */
  readonly measurement: Measurement
  /** From the first CONNECT until the last client is in. */
  readonly seconds: number
  /** Messages between clients that were there already: before the storm, and while it lasted. */
  readonly quiet: SteadyFigures
  readonly meanwhile: SteadyFigures
}

/** Ten thousand clients connect at once, while others go on exchanging messages. */
export async function measureStorms(
  deployment: Deployment,
  layouts: readonly Layout[],
  { runs, profile }: { readonly runs: number; readonly profile: boolean },
): Promise<StormSample[]> {
  const samples: StormSample[] = []
  for (let run = 1; run <= runs; run++) {
    for (const layout of layouts) {
      const name = profile ? `nodes-storm-${layout.name}-${run}` : undefined
      samples.push(await measureOnce(deployment, layout, run, name))
    }
  }
  return samples
}

async function measureOnce(
  deployment: Deployment,
  layout: Layout,
  run: number,
  profile: string | undefined,
): Promise<StormSample> {
  const nodes = await deployment.open(layout, profile)
  try {
    const { target } = nodes
    const { child, started } = await startForked<SteadyJob, SteadyFigures>('../nodes/steady-process.ts', {
      target,
      quietSeconds: 3,
    })
    const job = { workload: 'storm', target: { ...target, clients: stormClients }, seconds: 0 } as const
    const measurement = await generate(job)
    const answered = once(child.process, 'message')
    child.process.send('stop')
    const [meanwhile] = (await answered) as [SteadyFigures]
    await child.stop()
    const seconds = (measurement.connected ?? 0) / measurement.perSecond
    return { layout: layout.name, run, measurement, seconds, quiet: started, meanwhile }
  } finally {
    await nodes.stop()
  }
}
