import { Durations } from './durations.ts'
import { createMetrics, type MetricsParts } from './metrics.ts'

/** docs/reference/metrics.md; `npm run docs:write` writes it, `npm run docs:check` compares. */
export function formatMetricsReference(): string {
  const rows = listMetrics().map(
    ({ name, type, labelNames, help }) =>
      `| \`${name}\` | ${type} | ${labelNames.map((label) => `\`${label}\``).join(', ')} | ${help.replaceAll('|', '\\|')} |`,
  )
  return [intro, '| Metric | Kind | Labels | What it says |', '| --- | --- | --- | --- |', ...rows, ''].join(
    '\n',
  )
}

export interface ListedMetric {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly labelNames: readonly string[]
}

/** Every metric of ours, by name. */
export function listMetrics(): ListedMetric[] {
  // Its parts are asked for nothing before somebody asks for the figures.
  const registry = createMetrics({ durations: new Durations() } as MetricsParts)
  // prom-client's types name less than there is.
  const metrics = registry.getMetricsAsArray() as unknown as ListedMetric[]
  return metrics
    .filter(({ name }) => name.startsWith('pillion_'))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

const intro = `# Metrics

Made from \`apps/server/src/metrics/\`. Each node gives them at \`/metrics\` on its http and https listeners, in Prometheus' text
format. Names, labels and units are kept: seconds, bytes, and \`_total\` for what only grows. \`deploy/grafana/\` has a dashboard of
them and \`deploy/alerts.yaml\` rules; a test keeps both to names that are here. What a histogram \`x\` counts stands in \`x_bucket\`,
\`x_sum\` and \`x_count\`. Beside them are the figures of the process that
\`prom-client\` gives for every Node program, \`process_…\` and \`nodejs_…\`.

How long a message takes through a node has no figure of its own, as measuring each would cost more than routing it: a message goes
out in the turn of the event loop in which it came in, so \`nodejs_eventloop_lag_p99_seconds\` bounds it; to another node add half of
\`pillion_relay_round_trip_seconds\`. Of single messages the ledger tells when they came and when the vehicle had them.
`

if (import.meta.main) process.stdout.write(formatMetricsReference())
