import { readFileSync } from 'node:fs'

const clockTicksPerSecond = 100

/**
 * Processor time that all processes of the machine have used, and that a hypervisor took away, since boot, in
 * seconds. Interrupts are left out: they are mostly the measured traffic itself. Undefined without /proc.
 */
export function readMachineCpuSeconds(): number | undefined {
  try {
    const [, user, nice, system, , , , , steal] = readFileSync('/proc/stat', 'latin1').split(/\s+/, 9)
    return (Number(user) + Number(nice) + Number(system) + Number(steal)) / clockTicksPerSecond
  } catch {
    return undefined
  }
}

export interface ProcessUsage {
  /** User and system time of all threads since the process began. */
  readonly cpuSeconds: number
  readonly rssKilobytes: number
}

/** Reads /proc; undefined where there is none, that is anywhere but on Linux. */
export function readProcessUsage(pid: number): ProcessUsage | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The second field is the command in parentheses and may hold anything; the 14th and 15th are utime and stime.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const cpuSeconds = (Number(fields[11]) + Number(fields[12])) / clockTicksPerSecond
    const rss = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))
    return { cpuSeconds, rssKilobytes: Number(rss?.[1]) }
  } catch {
    return undefined
  }
}
