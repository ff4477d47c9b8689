import { disturbedCores, type Row } from './sample.ts'
import { type WorkloadName, workloads } from './workloads/index.ts'

/** A generator this busy, beside a server that is not, was the limit itself. */
const busyCores = 0.9

interface Column {
  readonly title: string
  readonly cell: (row: Row) => string
}

/** The table of one workload and below it how the servers compare. */
export function formatWorkload(name: WorkloadName, payloadBytes: number, rows: readonly Row[]): string {
  const columns = name === 'connections' ? connectionColumns : loadColumns
  const title = name === 'connections' ? workloads[name].title : `${workloads[name].title}, ${payloadBytes} B`
  const lines = [`${name}: ${title}`, ...formatTable(columns, rows), ...formatRatios(rows)]
  return `${[...lines, ...formatDoubts(rows)].join('\n')}\n`
}

/** Why a number may not be what it seems. */
function formatDoubts(rows: readonly Row[]): string[] {
  return rows.flatMap(({ server, serverCores, generatorCores, otherCores }) => {
    const doubts: string[] = []
    if (otherCores > disturbedCores)
      doubts.push(`  ${server}: disturbed, other processes used ${otherCores.toFixed(2)} cores`)
    if (serverCores !== undefined && serverCores < busyCores && generatorCores >= busyCores) {
      doubts.push(`  ${server}: the generator was the limit, the server could do more`)
    }
    return doubts
  })
}

const rangeColumn: Column = {
  title: 'slowest – fastest',
  cell: ({ slowest, fastest }) => `${formatCount(slowest)} – ${formatCount(fastest)}`,
}
const coresColumns: readonly Column[] = [
  { title: 'server cores', cell: ({ serverCores }) => serverCores?.toFixed(2) ?? '?' },
  { title: 'generator cores', cell: ({ generatorCores }) => generatorCores.toFixed(2) },
  { title: 'other cores', cell: ({ otherCores }) => otherCores.toFixed(2) },
]
const memoryColumn: Column = {
  title: 'RSS MB',
  cell: ({ rssKilobytes }) => (rssKilobytes === undefined ? '?' : (rssKilobytes / 1024).toFixed(0)),
}
const loadColumns: readonly Column[] = [
  { title: 'server', cell: ({ server }) => server },
  { title: 'delivered/s', cell: ({ perSecond }) => formatCount(perSecond) },
  rangeColumn,
  { title: 'p50 ms', cell: ({ p50Ms }) => p50Ms?.toFixed(2) ?? '–' },
  { title: 'p99 ms', cell: ({ p99Ms }) => p99Ms?.toFixed(2) ?? '–' },
  { title: 'lost', cell: ({ lost }) => formatCount(lost) },
  {
    title: 'server µs/message',
    cell: ({ serverCores, perSecond }) =>
      serverCores === undefined ? '?' : ((serverCores * 1e6) / perSecond).toFixed(2),
  },
  ...coresColumns,
  memoryColumn,
]
const connectionColumns: readonly Column[] = [
  { title: 'server', cell: ({ server }) => server },
  { title: 'sign-ins/s', cell: ({ perSecond }) => formatCount(perSecond) },
  rangeColumn,
  { title: 'KB/connection', cell: ({ kilobytesPerConnection }) => kilobytesPerConnection?.toFixed(1) ?? '?' },
  ...coresColumns,
  memoryColumn,
]

/** The first column to the left, numbers to the right. */
function formatTable(columns: readonly Column[], rows: readonly Row[]): string[] {
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ cell }) => cell(row))),
  ]
  const widths = columns.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)))
  return cells.map((line) => {
    const padded = line.map((cell, column) => {
      const width = widths[column] ?? 0
      return column === 0 ? cell.padEnd(width) : cell.padStart(width)
    })
    return `  ${padded.join('  ')}`
  })
}

/**
 * How each of ours compares with each other server: in messages per second, and in messages per second of
 * processor time, which holds even when something else was the limit.
 */
function formatRatios(rows: readonly Row[]): string[] {
  const isOurs = ({ server }: Row) => server.startsWith('pillion')
  const others = rows.filter((row) => !isOurs(row))
  return rows.filter(isOurs).flatMap((ours) =>
    others.map((other) => {
      const times = ours.perSecond / other.perSecond
      const timesPerCore = (times * (other.serverCores ?? Number.NaN)) / (ours.serverCores ?? Number.NaN)
      const perCore = Number.isNaN(timesPerCore) ? '' : `, per core ${timesPerCore.toFixed(2)} ×`
      return `  ${ours.server} = ${times.toFixed(2)} × ${other.server}${perCore}`
    }),
  )
}

function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en')
}
