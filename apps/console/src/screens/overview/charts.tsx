import type { LiveLine } from '@pillion/schema'
import { formatBytes, formatShort } from '../../format.ts'
import { Chart, type ChartLine } from '../../parts/chart.tsx'
import { liveSeconds } from '../../shell/live.ts'

/** A step of more than this is a gap: nobody was listening. */
const GAP_SECONDS = 5
/** As many as have a colour of their own; the rest is one line. */
const LINES_MAX = 5

/** The last ten minutes. */
export function Charts({ lines }: { lines: readonly LiveLine[] }) {
  const moments = withGaps(lines)
  const times = moments.map(({ time }) => time)
  const series = (
    name: string,
    color: string,
    read: (line: LiveLine) => number | undefined,
    isFilled = false,
  ): ChartLine => ({
    name,
    color,
    isFilled,
    values: moments.map(({ line }) => (line && read(line)) ?? null),
  })
  const common = { times, seconds: liveSeconds }
  return (
    <div class="charts">
      <Chart
        {...common}
        title="Messages per second"
        format={formatShort}
        lines={[
          series('in', 'chart-1', ({ messagesIn }) => messagesIn, true),
          series('out', 'chart-2', ({ messagesOut }) => messagesOut),
        ]}
      />
      <Chart
        {...common}
        title="Dropped per second"
        format={formatShort}
        lines={byName(lines, ({ dropped }) => dropped, series, 'none')}
      />
      <Chart
        {...common}
        title="Connections"
        format={formatShort}
        lines={byName(lines, ({ connections }) => connections, series, 'all')}
      />
      <Chart
        {...common}
        title="Delivery to head units"
        format={(value) => `${formatShort(value)} ms`}
        lines={[
          series('p50', 'chart-1', (line) => line.deliveryP50Milliseconds, true),
          series('p99', 'chart-2', (line) => line.deliveryP99Milliseconds),
        ]}
      />
      <Chart
        {...common}
        title="Event loop, p99"
        format={(value) => `${formatShort(value)} ms`}
        lines={[series('delay', 'chart-3', (line) => line.eventLoopP99Milliseconds, true)]}
      />
      <Chart
        {...common}
        title="Traffic per second"
        isBytes
        format={formatBytes}
        lines={[
          series('in', 'chart-1', ({ bytesIn }) => bytesIn, true),
          series('out', 'chart-2', ({ bytesOut }) => bytesOut),
        ]}
      />
      <Chart
        {...common}
        title="Memory"
        isBytes
        format={formatBytes}
        lines={[
          series('process', 'chart-4', ({ memoryBytes }) => memoryBytes, true),
          series('waiting to be sent', 'chart-5', ({ outboxBytes }) => outboxBytes),
        ]}
      />
    </div>
  )
}

type MakeSeries = (name: string, color: string, read: (line: LiveLine) => number) => ChartLine

/** A line for each name that occurs, the largest first; `nothing` is the name of the flat line where none does. */
function byName(
  lines: readonly LiveLine[],
  read: (line: LiveLine) => Record<string, number>,
  series: MakeSeries,
  nothing: string,
): ChartLine[] {
  const totals = new Map<string, number>()
  for (const line of lines)
    for (const [name, value] of Object.entries(read(line)))
      if (value > 0) totals.set(name, (totals.get(name) ?? 0) + value)
  const names = [...totals].sort((a, b) => b[1] - a[1]).map(([name]) => name)
  if (names.length === 0) return [series(nothing, 'chart-1', () => 0)]
  // Colours go by name, so that a line keeps its own when another overtakes it.
  const shown = names.slice(0, LINES_MAX).sort()
  const rest = names.slice(LINES_MAX)
  const made = shown.map((name, place) => series(name, `chart-${place + 1}`, (line) => read(line)[name] ?? 0))
  if (rest.length === 0) return made
  const restOf = (line: LiveLine) => rest.reduce((total, name) => total + (read(line)[name] ?? 0), 0)
  return [...made, series('others', 'text-3', restOf)]
}

/** With a moment of nothing wherever lines are missing, so that no line is drawn across. */
function withGaps(lines: readonly LiveLine[]): { time: number; line?: LiveLine }[] {
  const moments: { time: number; line?: LiveLine }[] = []
  for (const line of lines) {
    const time = Date.parse(line.at) / 1_000
    const before = moments.at(-1)
    if (before && time - before.time > GAP_SECONDS) moments.push({ time: before.time + 1 })
    moments.push({ time, line })
  }
  return moments
}
