import type { Counters } from './servers/counters.ts'
import type { Measurement } from './workloads/workload.ts'

/**
 * Whether every message of a run is accounted for: sent = delivered + counted drops. Compares what the generator sent and
 * received with what the server counted; returns a sentence for each difference.
 */
export function checkEquation({ published, expected, received }: Measurement, counters: Counters): string[] {
  const dropped = Object.values(counters.dropped).reduce((sum, count) => sum + count, 0)
  const faults: string[] = []
  if (counters.received !== published) {
    faults.push(`${published} messages were sent to the server, it counted ${counters.received}`)
  }
  if (counters.sent + dropped !== expected) {
    faults.push(
      `${expected} deliveries were due, the server counted ${counters.sent} sent and ${dropped} dropped`,
    )
  }
  if (received + dropped !== expected) {
    faults.push(`${expected} deliveries were due, ${received} arrived and ${dropped} drops were counted`)
  }
  return faults
}
