import { median } from '../sample.ts'
import type { Measurement } from '../workloads/workload.ts'
import type { InterestSample } from './interest.ts'
import { copiers, type Layout, one, three, two } from './layouts.ts'
import type { LoadName, LoadSample } from './loads.ts'
import { type StormSample, stormClients } from './storm.ts'

/** Of what one node alone delivers of `stream`, two must deliver at least so much together. */
const streamShareMin = 0.5

const layouts: readonly Layout[] = [one, two, three, copiers]

type LayoutName = Layout['name']

/** A table in Markdown: throughput and processor time of a load, as ratios to one node. */
export function formatLoad(load: LoadName, samples: readonly LoadSample[]): string {
  const rateOf = (layout: LayoutName) => medianOf(samples, layout, ({ perSecond }) => perSecond)
  const rows = layoutsOf(samples).map((layout) => {
    const of = (figure: (run: Measurement) => number | undefined) => medianOf(samples, layout.name, figure)
    const node = of(nodeMicroseconds)
    const relay = of((run) => run.relayCores && microseconds(run, run.relayCores))
    const all = of(allMicroseconds)
    return [
      layout.name,
      formatCount(rateOf(layout.name)),
      formatRatio(rateOf(layout.name), rateOf('one')),
      formatNumber(node, 2),
      formatNumber(relay, 2),
      formatRatio(all, medianOf(samples, 'one', allMicroseconds)),
      formatNumber(of(({ latencyMs }) => latencyMs?.p50)),
      formatNumber(of(({ latencyMs }) => latencyMs?.p99)),
      ...lossesOf(samples, layout.name),
      formatNumber(of(({ otherCores }) => otherCores)),
    ]
  })
  const titles = ['nodes', 'messages/s', '÷ one', 'CPU s per million: nodes', 'NATS', 'both ÷ one']
  return formatTable(
    `${load}, 100 B (median of ${runsOf(samples)} runs; ${describeLayouts(samples)})`,
    [...titles, 'p50 ms', 'p99 ms', 'lost', 'counted drops', 'other cores'],
    rows,
  )
}

/** A table of what a message takes at a rate that all can bear. */
export function formatLatency(samples: readonly LoadSample[], ratePerSecond: number): string {
  const figures = (which: 'p50' | 'p99' | 'p999') => (run: Measurement) => run.latencyMs?.[which]
  const rows = layoutsOf(samples).map(({ name }) => [
    name,
    ...(['p50', 'p99', 'p999'] as const).flatMap((which) => {
      const value = medianOf(samples, name, figures(which))
      const added = (value ?? Number.NaN) - (medianOf(samples, 'one', figures(which)) ?? Number.NaN)
      return [formatNumber(value), name === 'one' ? '' : `+ ${formatNumber(added)}`]
    }),
    formatNumber(medianOf(samples, name, ({ delayMs }) => delayMs?.p99)),
    ...lossesOf(samples, name),
  ])
  return formatTable(
    `latency at ${formatCount(ratePerSecond)} messages/s, in milliseconds (median of ${runsOf(samples)} runs)`,
    ['nodes', 'p50', 'added', 'p99', 'added', 'p99.9', 'added', 'generator late', 'lost', 'counted drops'],
    rows,
  )
}

/** A table of how a crowd comes in, and what it does to those who are there. */
export function formatStorms(samples: readonly StormSample[]): string {
  const rows = layouts.flatMap(({ name }) => {
    const runs = samples.filter(({ layout }) => layout === name)
    if (runs.length === 0) return []
    const of = (figure: (run: StormSample) => number | undefined) => median(runs.map(figure))
    const sum = (figure: (run: StormSample) => number) => runs.reduce((total, run) => total + figure(run), 0)
    return [
      [
        name,
        formatNumber(of(({ seconds }) => seconds)),
        formatCount(of(({ measurement }) => measurement.perSecond)),
        formatCount(sum(({ measurement }) => measurement.lost)),
        formatCount(sum(({ measurement }) => measurement.retries ?? 0)),
        formatCount(of(({ measurement }) => measurement.synRetransmits)),
        formatNumber(of(({ quiet }) => quiet.p50)),
        formatNumber(of(({ quiet }) => quiet.p99)),
        formatNumber(of(({ meanwhile }) => meanwhile.p50)),
        formatNumber(of(({ meanwhile }) => meanwhile.p99)),
        formatNumber(of(({ meanwhile }) => meanwhile.worst)),
        formatCount(sum(({ meanwhile }) => meanwhile.underWay)),
      ],
    ]
  })
  const crowd = [
    'nodes',
    'seconds until all are in',
    'sign-ins/s',
    'did not get in',
    'tried again',
    'SYNs again',
  ]
  const others = ['p50 ms before', 'p99 before', 'p50 meanwhile', 'p99', 'worst', 'lost']
  return formatTable(
    `storm: ${formatCount(stormClients)} clients connect at once, others exchange messages`,
    [...crowd, ...others],
    rows,
  )
}

export function formatInterest(samples: readonly InterestSample[]): string {
  const rows = samples.map(({ kind, count, bytesEach, seconds }) => [
    kind === 'topics' ? 'topic' : 'vehicle (a filter with a wildcard, and its name)',
    formatCount(count),
    formatNumber(bytesEach, 0),
    formatNumber(seconds),
  ])
  const titles = ['what another node holds interest in', 'how many', 'bytes each', 'seconds until told']
  return formatTable('memory of what other nodes want', titles, rows)
}

export interface NodesBar {
  readonly passed: boolean
  readonly text: string
}

export function barsOf(loads: readonly LoadSample[], storms: readonly StormSample[]): NodesBar[] {
  const bars: NodesBar[] = []
  const stream = loads.filter(({ load }) => load === 'stream')
  if (stream.length > 0) {
    const rateOf = (layout: LayoutName) => medianOf(stream, layout, ({ perSecond }) => perSecond)
    const share = (rateOf('two') ?? Number.NaN) / (rateOf('one') ?? Number.NaN)
    const ofCopiers = (rateOf('two') ?? Number.NaN) / (rateOf('copiers') ?? Number.NaN)
    const text =
      `stream over two nodes: ${share.toFixed(2)} of one, at least ${streamShareMin}` +
      `; ${ofCopiers.toFixed(2)} of two processes that only copy bytes over NATS`
    bars.push({ passed: share >= streamShareMin, text })
  }
  for (const { load, layout, run, faults } of loads) {
    for (const fault of faults) bars.push({ passed: false, text: `${load}, ${layout}, run ${run}: ${fault}` })
  }
  if (loads.length > 0 && loads.every(({ faults }) => faults.length === 0)) {
    bars.push({ passed: true, text: 'sent = delivered + counted drops, in every run' })
  }
  if (storms.length > 0) {
    const out = storms.reduce((sum, { measurement }) => sum + measurement.lost, 0)
    bars.push({ passed: out === 0, text: `${formatCount(out)} clients did not get in through the storm` })
  }
  return bars
}

function lossesOf(samples: readonly LoadSample[], layout: LayoutName): string[] {
  const runs = samples.filter((sample) => sample.layout === layout)
  const lost = runs.reduce((sum, { measurement }) => sum + measurement.lost, 0)
  const dropped = new Map<string, number>()
  for (const [reason, count] of runs.flatMap(({ counters }) => Object.entries(counters?.dropped ?? {}))) {
    dropped.set(reason, (dropped.get(reason) ?? 0) + count)
  }
  const drops = [...dropped].map(([reason, count]) => `${formatCount(count)} ${reason}`)
  return [formatCount(lost), drops.length === 0 ? '0' : drops.join(', ')]
}

function nodeMicroseconds(run: Measurement): number | undefined {
  return run.serverCores && microseconds(run, run.serverCores)
}

function allMicroseconds(run: Measurement): number | undefined {
  return run.serverCores && microseconds(run, run.serverCores + (run.relayCores ?? 0))
}

/** Of processor time for each message; seconds for a million. */
function microseconds({ perSecond }: Measurement, cores: number): number {
  return (cores * 1e6) / perSecond
}

function medianOf(
  samples: readonly LoadSample[],
  layout: LayoutName,
  figure: (run: Measurement) => number | undefined,
): number | undefined {
  return median(
    samples.filter((sample) => sample.layout === layout).map(({ measurement }) => figure(measurement)),
  )
}

function layoutsOf(samples: readonly LoadSample[]): Layout[] {
  return layouts.filter(({ name }) => samples.some(({ layout }) => layout === name))
}

function describeLayouts(samples: readonly LoadSample[]): string {
  return layoutsOf(samples)
    .map(({ name, title }) => `${name}: ${title}`)
    .join('; ')
}

function runsOf(samples: readonly { readonly run: number }[]): number {
  return Math.max(...samples.map(({ run }) => run))
}

function formatTable(title: string, titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = titles.map((_, index) => (index === 0 ? '---' : '---:'))
  return [title, '', line(titles), line(rule), ...rows.map(line)].join('\n')
}

function formatRatio(value: number | undefined, base: number | undefined): string {
  return formatNumber((value ?? Number.NaN) / (base ?? Number.NaN), 2)
}

function formatNumber(value: number | undefined, digits = 2): string {
  return value === undefined || Number.isNaN(value) ? '–' : value.toFixed(digits)
}

function formatCount(value: number | undefined): string {
  return value === undefined ? '–' : Math.round(value).toLocaleString('en')
}
