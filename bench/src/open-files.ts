import { readFileSync } from 'node:fs'

/** How many files, sockets among them, this process may have open; Node raises that to what the system allows. */
export function openFilesMax(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'latin1')
    return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.NaN) || Number.POSITIVE_INFINITY
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
