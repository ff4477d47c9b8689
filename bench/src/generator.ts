/**
 * The load generator's process, forked by generator-process.ts: takes one job, answers with one measurement
 * and ends; ends as well when the process that forked it goes.
 */

import { type WorkloadName, workloads } from './workloads/index.ts'
import type { Measurement, Target } from './workloads/workload.ts'

export interface GeneratorJob {
  readonly workload: WorkloadName
  readonly target: Target
  readonly seconds: number
}

export type GeneratorAnswer = { readonly measurement: Measurement } | { readonly error: string }

process.once('disconnect', () => process.exit())
process.once('message', async (job: GeneratorJob) => {
  process.send?.(await answer(job), () => process.exit())
})

async function answer(job: GeneratorJob): Promise<GeneratorAnswer> {
  try {
    return { measurement: await workloads[job.workload].measure(job.target, job.seconds) }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}
