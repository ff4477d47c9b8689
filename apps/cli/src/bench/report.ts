import { count } from '../count.ts'
import { alignColumns } from '../output.ts'
import type { Measured } from './run-bench.ts'
import type { Outcome } from './tally.ts'

/** What `pillion bench` tells. */
export interface Report {
  readonly server: {
    readonly url: string
    readonly mqtt: string
    readonly version: string
    readonly node: string
    readonly nodes: number
  }
  /** When it ended. */
  readonly at: string
  readonly pairs: number
  readonly payloadBytes: number
  readonly seconds: number
  readonly workloads: readonly Outcome[]
  readonly dropped: Measured['dropped']
  readonly note: string
}

export const figuresNote =
  'Figures of this moment on this machine, which also made the load; on a server of its own, or with other work beside, they differ.'

export function describeReport({
  server,
  pairs,
  payloadBytes,
  seconds,
  workloads,
  dropped,
  note,
}: Report): string {
  const rows = workloads.map(({ workload, perSecond, latencyMs, sent, delivered, lost }) => [
    workload,
    formatNumber(perSecond),
    ...[latencyMs?.p50, latencyMs?.p99, latencyMs?.p999].map((each) => each?.toFixed(2) ?? '-'),
    ...[sent, delivered, lost].map(formatNumber),
  ])
  const header = ['', 'messages/s', 'p50 ms', 'p99 ms', 'p99.9 ms', 'sent', 'delivered', 'lost']
  return [
    `Pillion ${server.version} at ${server.url}, load to ${server.mqtt}: ${count(pairs, 'pair')}, ${payloadBytes} B a message, ${seconds} s each.`,
    '',
    ...alignColumns([header, ...rows]),
    '',
    `Dropped by ${server.nodes > 1 ? `node ${server.node}` : 'the server'} meanwhile: ${describeDropped(dropped)}.`,
    note,
  ].join('\n')
}

function describeDropped(dropped: Measured['dropped']): string {
  if (dropped === undefined) return 'not known, another node answered or it was started anew'
  const reasons = Object.entries(dropped).map(([reason, number]) => `${formatNumber(number)} ${reason}`)
  return reasons.length === 0 ? 'none' : reasons.join(', ')
}

function formatNumber(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}
