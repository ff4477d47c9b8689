import { type ProcessUsage, readMachineCpuSeconds, readProcessUsage } from './process-usage.ts'

/** What a span of time cost in processors, as cores used on average; 1 = one core all the time. */
export interface CoresUsed {
  readonly seconds: number
  readonly generatorCores: number
  /** Absent without /proc. */
  readonly serverCores?: number
  /** By whoever else was on the machine: above a tenth, the numbers are not to be trusted. Absent without /proc. */
  readonly otherCores?: number
}

/** Begins a span; the function returned ends it. */
export function startStopwatch(serverPid: number): () => CoresUsed {
  const before = takeReading(serverPid)
  return () => {
    const after = takeReading(serverPid)
    const seconds = after.seconds - before.seconds
    const generatorCores = (after.generator - before.generator) / seconds
    if (!after.server || !before.server || after.machine === undefined || before.machine === undefined) {
      return { seconds, generatorCores }
    }
    const serverCores = (after.server.cpuSeconds - before.server.cpuSeconds) / seconds
    const machineCores = (after.machine - before.machine) / seconds
    const otherCores = Math.max(0, machineCores - serverCores - generatorCores)
    return { seconds, generatorCores, serverCores, otherCores }
  }
}

interface Reading {
  readonly seconds: number
  readonly generator: number
  readonly server: ProcessUsage | undefined
  readonly machine: number | undefined
}

function takeReading(serverPid: number): Reading {
  const { user, system } = process.cpuUsage()
  return {
    seconds: performance.now() / 1000,
    generator: (user + system) / 1e6,
    server: readProcessUsage(serverPid),
    machine: readMachineCpuSeconds(),
  }
}
