import { limits } from './limits.ts'

/**
 * Seconds to wait before try number `attempt` (0 = the first repeat): doubles up to a minute, and a random half of it is
 * taken off, so that many back ends do not return to a restarted server in the same instant.
 */
export function backOffSeconds(attempt: number, random: () => number = Math.random): number {
  const longest = Math.min(limits.backOffSecondsMax, limits.backOffSecondsMin * 2 ** attempt)
  return longest * (0.5 + random() / 2)
}
