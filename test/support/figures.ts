import assert from 'node:assert/strict'
import type { Measured } from './overload.ts'

/** What a bystander may notice at most of what others do. */
const bystanderP99Milliseconds = 25
/** What the server's memory may grow by meanwhile. */
const memoryGrowthBytesMax = 64_000_000

/** What is over in a moment is measured for this long: time enough for a p99. */
export const burstSeconds = 2

/** A figure that a machine busy with something else also misses. */
export class FigureMissed extends assert.AssertionError {}

export function assertFigure(isReached: boolean, message: string): void {
  if (!isReached) throw new FigureMissed({ message })
}

/** `busy`: the same server as busy without those who are measured; what it had then is not theirs. */
export function assertUnmoved(measured: Measured<unknown>, busy?: Measured<unknown>): void {
  const { bystander, memoryBytesMax } = measured
  const bytesBefore = memoryBytesMax - measured.memoryGrowthBytes
  const memoryGrowthBytes = memoryBytesMax - Math.max(bytesBefore, busy?.memoryBytesMax ?? 0)
  assert.equal(bystander.received, bystander.sent, 'the bystander lost messages')
  assert.ok(memoryGrowthBytes <= memoryGrowthBytesMax, `memory: ${describe(measured)}`)
  // Its own delays are the machine's, not the server's.
  const p99 = bystander.p99Milliseconds - bystander.ownP99Milliseconds
  assertFigure(p99 <= bystanderP99Milliseconds, `the bystander: ${describe(measured)}`)
}

export function describe({ bystander, memoryGrowthBytes, logLines }: Measured<unknown>): string {
  const { sent, p50Milliseconds, p99Milliseconds, ownP99Milliseconds } = bystander
  return (
    `memory ${(memoryGrowthBytes / 1e6).toFixed(1)} MB more, bystander p50 ${p50Milliseconds.toFixed(1)} ms, ` +
    `p99 ${p99Milliseconds.toFixed(1)} ms of ${sent} (itself late by ${ownP99Milliseconds.toFixed(1)} ms), ${logLines} lines of log`
  )
}
