import type { Target } from '../workloads/workload.ts'
import { readMachineCpuSeconds, readProcessUsage } from './process-usage.ts'

/** What a span of time cost in processors, as cores used on average; 1 = one core all the time. */
export interface CoresUsed {
  readonly seconds: number
  readonly generatorCores: number
  /** Of all nodes, where there are several. Absent without /proc. */
  readonly serverCores?: number
  /** Of what carries messages between nodes; absent where there is only one. */
  readonly relayCores?: number
  /** By whoever else was on the machine: above a tenth, the numbers are not to be trusted. Absent without /proc. */
  readonly otherCores?: number
}

/** Begins a span; the function returned ends it. */
export function startStopwatch(target: Pick<Target, 'pid' | 'nodes'>): () => CoresUsed {
  const before = takeReading(target)
  return () => {
    const after = takeReading(target)
    const seconds = after.seconds - before.seconds
    const cores = (of: (reading: Reading) => number) => (of(after) - of(before)) / seconds
    const generatorCores = cores(({ generator }) => generator)
    const serverCores = cores(({ server }) => server)
    const machineCores = cores(({ machine }) => machine)
    if (Number.isNaN(serverCores) || Number.isNaN(machineCores)) return { seconds, generatorCores }
    const relayCores = cores(({ relay }) => relay)
    const otherCores = Math.max(0, machineCores - serverCores - relayCores - generatorCores)
    return { seconds, generatorCores, serverCores, ...(target.nodes && { relayCores }), otherCores }
  }
}

/** Seconds; of processor time NaN without /proc. */
interface Reading {
  readonly seconds: number
  readonly generator: number
  readonly server: number
  readonly relay: number
  readonly machine: number
}

function takeReading({ pid, nodes }: Pick<Target, 'pid' | 'nodes'>): Reading {
  const { user, system } = process.cpuUsage()
  return {
    seconds: performance.now() / 1000,
    generator: (user + system) / 1e6,
    server: cpuSecondsOf([pid, ...(nodes?.otherPids ?? [])]),
    relay: cpuSecondsOf(nodes === undefined ? [] : [nodes.relayPid]),
    machine: readMachineCpuSeconds() ?? Number.NaN,
  }
}

function cpuSecondsOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (readProcessUsage(pid)?.cpuSeconds ?? Number.NaN), 0)
}
