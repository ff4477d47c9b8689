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

function readTotal(text: string, which: 'received' | 'sent'): number {
  const found = new RegExp(`^pillion_messages_${which}_total (\\S+)$`, 'm').exec(text)?.[1]
  if (found === undefined) throw new Error(`/metrics has no pillion_messages_${which}_total`)
  return Number(found)
}
