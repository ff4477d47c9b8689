import { setTimeout as sleep } from 'node:timers/promises'
import type { Load, Measurement, OpenLoad, Target } from '../workloads/workload.ts'
import { readProcessUsage } from './process-usage.ts'
import { startStopwatch } from './stopwatch.ts'
import { Tally } from './tally.ts'

const warmUpSeconds = 1
const warmUpSecondsMax = 60
/** Other nodes hear within a moment of a subscription; what is sent before that is not meant for its owner. */
const settleSeconds = 1
const drainSecondsMax = 15
const quietSeconds = 1

/** Opens a load, lets it run warm, counts for `seconds`, lets the rest arrive and closes it. */
export async function measureLoad(open: OpenLoad, target: Target, seconds: number): Promise<Measurement> {
  const tally = new Tally()
  const load = await open(target, tally)
  if (target.nodes !== undefined) await sleep(settleSeconds * 1000)
  load.start()
  await sleep(warmUpSeconds * 1000)
  await becomeWarm(load)
  tally.warmedUp()

  const receivedBefore = tally.received
  const stop = startStopwatch(target)
  await sleep(seconds * 1000)
  const { seconds: elapsed, ...cores } = stop()
  const received = tally.received - receivedBefore
  const latencyMs = tally.latencies.percentiles()
  const delayMs = tally.delays.percentiles()
  const usage = readProcessUsage(target.pid)

  tally.stop()
  await drain(tally)
  for (const connection of load.connections) connection.close()

  return {
    perSecond: received / elapsed,
    published: tally.published,
    expected: tally.expected,
    received: tally.received,
    lost: tally.expected - tally.received,
    connected: load.connections.length,
    ...cores,
    ...(latencyMs && { latencyMs }),
    ...(delayMs && { delayMs }),
    ...(usage && { rssKilobytes: usage.rssKilobytes }),
  }
}

async function becomeWarm(load: Load): Promise<void> {
  const deadline = performance.now() + warmUpSecondsMax * 1000
  while (load.isWarm?.() === false && performance.now() < deadline) await sleep(20)
}

/** Waits until all has arrived, or nothing more does. */
async function drain(tally: Tally): Promise<void> {
  const startedAt = performance.now()
  let progressAt = startedAt
  let received = tally.received
  while (tally.received < tally.expected) {
    await sleep(20)
    const now = performance.now()
    if (tally.received > received) progressAt = now
    received = tally.received
    if (now - progressAt > quietSeconds * 1000 || now - startedAt > drainSecondsMax * 1000) return
  }
}
