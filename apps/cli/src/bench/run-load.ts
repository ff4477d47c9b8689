import { setTimeout as sleep } from 'node:timers/promises'
import type { Load, Pair } from './loads.ts'
import { type Outcome, Tally, type Workload } from './tally.ts'

/** Of the measured time, before it: code becomes fast, routes are found. */
const warmUpShare = 0.2
const drainMillisecondsMax = 5_000
const quietMilliseconds = 500

export interface RunOptions {
  readonly workload: Workload
  readonly load: Load
  readonly pairs: readonly Pair[]
  readonly seconds: number
  /** Ends it early: the promise is rejected with the signal's reason. */
  readonly signal: AbortSignal
}

/** Lets a load run warm, measures it for `seconds`, and waits for what is still under way. */
export async function runLoad({ workload, load, pairs, seconds, signal }: RunOptions): Promise<Outcome> {
  const tally = new Tally()
  const wait = (milliseconds: number) => sleep(milliseconds, undefined, { signal })
  try {
    load(pairs, tally)
    await wait(seconds * 1000 * warmUpShare)
    tally.forget()
    const deliveredBefore = tally.delivered
    const begunAt = performance.now()
    await wait(seconds * 1000)
    const perSecond = ((tally.delivered - deliveredBefore) * 1000) / (performance.now() - begunAt)
    tally.isSending = false
    await drain(tally, wait)
    const latencyMs = tally.percentiles()
    const { sent, delivered } = tally
    return {
      workload,
      perSecond: Math.round(perSecond),
      ...(latencyMs && { latencyMs }),
      sent,
      delivered,
      lost: sent - delivered,
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  } finally {
    tally.isSending = false
  }
}

/** Until all has arrived, or nothing more does. */
async function drain(tally: Tally, wait: (milliseconds: number) => Promise<void>): Promise<void> {
  const startedAt = performance.now()
  let progressAt = startedAt
  let delivered = tally.delivered
  while (tally.delivered < tally.sent) {
    await wait(20)
    const now = performance.now()
    if (tally.delivered > delivered) progressAt = now
    delivered = tally.delivered
    if (now - progressAt > quietMilliseconds || now - startedAt > drainMillisecondsMax) return
  }
}
