import { fork } from 'node:child_process'
import type { GeneratorAnswer, GeneratorJob } from './generator.ts'
import type { Measurement } from './workloads/workload.ts'

/** What opening, warming up, draining and settling may take beyond the measured seconds. */
const overheadSecondsMax = 240

/** Runs one job in a process of its own, so that neither this process's work nor an earlier run's heap counts. */
export async function generate(job: GeneratorJob): Promise<Measurement> {
  const child = fork(new URL('./generator.ts', import.meta.url), {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), (job.seconds + overheadSecondsMax) * 1000)
  const answer = await new Promise<GeneratorAnswer>((resolve) => {
    child.once('message', (message: GeneratorAnswer) => resolve(message))
    child.once('exit', (code, signal) => resolve({ error: `the generator ended early (${signal ?? code})` }))
    child.send(job)
  })
  clearTimeout(timer)
  if ('error' in answer) throw new Error(answer.error)
  return answer.measurement
}
