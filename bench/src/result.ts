import { readFile } from 'node:fs/promises'
import { type BarResult, checkBars, findFaults } from './bars.ts'
import type { Machine } from './machine.ts'
import { type Row, type Sample, summarize, type Task } from './sample.ts'

/** What became of one task. */
export interface Result {
  readonly task: Task
  /** Per server. */
  readonly runs: number
  readonly rows: readonly Row[]
  readonly bars: readonly BarResult[]
  /** Why its numbers are not to be trusted. */
  readonly faults: readonly string[]
}

export function toResult(task: Task, samples: readonly Sample[]): Result {
  const rows = summarize(samples)
  const runs = Math.max(...samples.map(({ run }) => run))
  return { task, runs, rows, bars: checkBars(task, rows), faults: findFaults(task, samples, rows) }
}

/** Of files that `--json` wrote, on one machine; the machine is described as in the first. */
export async function readResults(
  files: readonly string[],
): Promise<{ machine: Machine; results: Result[] }> {
  const written: { machine: Machine; samples: Sample[] }[] = []
  for (const file of files) written.push(JSON.parse(await readFile(file, 'utf8')))
  const tasks = new Map<string, { task: Task; samples: Sample[] }>()
  for (const sample of written.flatMap(({ samples }) => samples)) {
    const { workload, transport, payloadBytes, ratePerSecond } = sample
    const key = `${workload} ${transport} ${payloadBytes}`
    const task = { workload, transport, payloadBytes, ...(ratePerSecond !== undefined && { ratePerSecond }) }
    const known = tasks.get(key)
    if (known === undefined) tasks.set(key, { task, samples: [sample] })
    else known.samples.push(sample)
  }
  const [first] = written
  if (first === undefined) throw new Error('no file to take samples from')
  const servers = Object.assign({}, ...written.map(({ machine }) => machine.servers))
  const results = [...tasks.values()].map(({ task, samples }) => toResult(task, samples))
  return { machine: { ...first.machine, servers }, results }
}
