/** What a server says it did with the messages of one run. */
export interface Counters {
  /** Messages received, each counted once. */
  readonly received: number
  /** Messages sent, counted once per receiver. */
  readonly sent: number
  /** Messages not sent, counted once per receiver, by reason. */
  readonly dropped: Readonly<Record<string, number>>
}

/** Reads Prometheus' text format as pillion's /metrics writes it. */
export function parseMetrics(text: string): Counters {
  const dropped: Record<string, number> = {}
  for (const [, reason = '', count] of text.matchAll(/^pillion_dropped_total\{reason="([^"]*)"\} (\S+)$/gm)) {
    dropped[reason] = Number(count)
  }
  return { received: readTotal(text, 'received'), sent: readTotal(text, 'sent'), dropped }
}

/** Of several nodes together. */
export function addCounters(each: readonly Counters[]): Counters {
  const dropped: Record<string, number> = {}
  for (const counters of each) {
    for (const [reason, count] of Object.entries(counters.dropped)) {
      dropped[reason] = (dropped[reason] ?? 0) + count
    }
  }
  const sum = (of: (counters: Counters) => number) =>
    each.reduce((total, counters) => total + of(counters), 0)
  return { received: sum(({ received }) => received), sent: sum(({ sent }) => sent), dropped }
}

function readTotal(text: string, which: 'received' | 'sent'): number {
  const found = new RegExp(`^pillion_messages_${which}_total (\\S+)$`, 'm').exec(text)?.[1]
  if (found === undefined) throw new Error(`/metrics has no pillion_messages_${which}_total`)
  return Number(found)
}
