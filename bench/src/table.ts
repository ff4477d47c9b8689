import { disturbedCores, type Row, type Task } from './sample.ts'
import { type WorkloadName, workloads } from './workloads/index.ts'
import type { Size } from './workloads/workload.ts'

/** A generator this busy, beside a server that is not, was the limit itself. */
const busyCores = 0.9
/** A generator this late, in milliseconds at the 99th percentile, measures itself. */
const delayMsMax = 1

interface Column {
  readonly title: string
  readonly cell: (row: Row) => string
}

/** What was measured, in a line. */
export function describeTask({ workload, transport, payloadBytes, ratePerSecond }: Task): string {
  const { title, publishes } = workloads[workload]
  const rate = ratePerSecond === undefined ? '' : `, ${formatCount(ratePerSecond)} messages/s`
  return `${workload} over ${transport}: ${title}${rate}${publishes ? `, ${payloadBytes} B` : ''}`
}

/** Titles first, then a line per row; the first column to the left, numbers to the right. */
export function makeTable(workload: WorkloadName, rows: readonly Row[]): string[][] {
  const columns = columnsOf[workload]
  return [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ cell }) => cell(row)))]
}

/** Why a number may not be what it seems. */
export function findDoubts({ workload }: Task, rows: readonly Row[]): string[] {
  return rows.flatMap(({ server, size, serverCores, generatorCores, otherCores, delayMs, dropped }) => {
    const doubts: string[] = []
    const drops = Object.entries(dropped).map(([reason, count]) => `${formatCount(count)} ${reason}`)
    if (drops.length > 0) doubts.push(`dropped ${drops.join(', ')}`)
    if (otherCores > disturbedCores)
      doubts.push(`disturbed, other processes used ${otherCores.toFixed(2)} cores`)
    if (delayMs !== undefined && delayMs > delayMsMax)
      doubts.push(`the generator was late itself, by ${delayMs.toFixed(2)} ms at the 99th percentile`)
    // At a fixed rate the generator is always busy: it waits without sleeping.
    const isOpenLoop = workload === 'latency'
    if (!isOpenLoop && serverCores !== undefined && serverCores < busyCores && generatorCores >= busyCores) {
      doubts.push('the generator was the limit, the server could do more')
    }
    const row = size === undefined ? server : `${server}, ${describeSize(size)}`
    return doubts.map((doubt) => `${row}: ${doubt}`)
  })
}

/**
 * How each of ours compares with each other server; in messages per second of processor time as well, which holds even
 * when something else was the limit.
 */
export function compareRows({ workload }: Task, rows: readonly Row[]): string[] {
  const isOurs = ({ server }: Row) => server.startsWith('pillion')
  const others = rows.filter((row) => !isOurs(row))
  return rows
    .filter(isOurs)
    .flatMap((ours) =>
      others
        .filter((other) => other.size?.count === ours.size?.count && other.size?.of === ours.size?.of)
        .map((other) => `${ours.server} = ${compare(workload, ours, other)}`),
    )
}

function compare(workload: WorkloadName, ours: Row, other: Row): string {
  if (workload === 'latency') {
    return `${formatTimes(ours.p50Ms, other.p50Ms)} ${other.server} at p50, ${formatTimes(ours.p99Ms, other.p99Ms)} at p99`
  }
  const rate = `${formatTimes(ours.perSecond, other.perSecond)} ${other.server}`
  if (workload === 'connections') {
    return `${rate}, KB/connection ${formatTimes(ours.kilobytesPerConnection, other.kilobytesPerConnection)}`
  }
  const perCore = formatTimes(other.serverMicroseconds, ours.serverMicroseconds)
  return perCore === '?' ? rate : `${rate}, per core ${perCore}`
}

function formatTimes(value: number | undefined, other: number | undefined): string {
  return value === undefined || other === undefined ? '?' : `${(value / other).toFixed(2)} ×`
}

const server: Column = { title: 'server', cell: (row) => row.server }
const range: Column = {
  title: 'slowest – fastest',
  cell: ({ slowest, fastest }) => `${formatCount(slowest)} – ${formatCount(fastest)}`,
}
const lost: Column = { title: 'lost', cell: (row) => formatCount(row.lost) }
const latencies: readonly Column[] = [
  { title: 'p50 ms', cell: ({ p50Ms }) => formatDecimal(p50Ms, '–') },
  { title: 'p99 ms', cell: ({ p99Ms }) => formatDecimal(p99Ms, '–') },
  { title: 'p99.9 ms', cell: ({ p999Ms }) => formatDecimal(p999Ms, '–') },
]
const costs: readonly Column[] = [
  { title: 'server µs/message', cell: ({ serverMicroseconds }) => formatDecimal(serverMicroseconds) },
  {
    title: 'generator µs/message',
    cell: ({ generatorMicroseconds }) => formatDecimal(generatorMicroseconds),
  },
]
const cores: readonly Column[] = [
  { title: 'server cores', cell: ({ serverCores }) => formatDecimal(serverCores) },
  { title: 'generator cores', cell: ({ generatorCores }) => formatDecimal(generatorCores) },
  { title: 'other cores', cell: ({ otherCores }) => formatDecimal(otherCores) },
]
const memory: Column = {
  title: 'RSS MB',
  cell: ({ rssKilobytes }) => (rssKilobytes === undefined ? '?' : (rssKilobytes / 1024).toFixed(0)),
}
const delivered: Column = { title: 'delivered/s', cell: ({ perSecond }) => formatCount(perSecond) }
const signIns: Column = { title: 'sign-ins/s', cell: ({ perSecond }) => formatCount(perSecond) }

const loadColumns = [server, delivered, range, ...latencies, lost, ...costs, ...cores, memory]

const columnsOf: Record<WorkloadName, readonly Column[]> = {
  stream: loadColumns,
  'fan-out': loadColumns,
  paced: loadColumns,
  fleet: loadColumns,
  latency: [
    server,
    delivered,
    ...latencies,
    { title: 'generator late p99 ms', cell: ({ delayMs }) => formatDecimal(delayMs) },
    lost,
    costs[0] as Column,
    ...cores,
    memory,
  ],
  connections: [
    server,
    signIns,
    range,
    {
      title: 'KB/connection',
      cell: ({ kilobytesPerConnection }) => kilobytesPerConnection?.toFixed(1) ?? '?',
    },
    ...cores,
    memory,
  ],
  storm: [
    server,
    signIns,
    range,
    { title: 'not in', cell: (row) => formatCount(row.lost) },
    { title: 'SYNs sent again', cell: ({ synRetransmits }) => formatCount(synRetransmits) },
    { title: 'clients trying again', cell: ({ retries }) => formatCount(retries) },
    ...cores,
    memory,
  ],
  scaling: [
    server,
    { title: 'beside', cell: ({ size }) => (size ? describeSize(size) : '–') },
    { title: 'connected', cell: ({ connected }) => formatCount(connected) },
    delivered,
    range,
    costs[0] as Column,
    { title: '× smallest', cell: ({ costTimesSmallest }) => formatDecimal(costTimesSmallest) },
    lost,
    ...cores,
    memory,
  ],
}

function describeSize({ of, count }: Size): string {
  return `${formatCount(count)} ${of}`
}

function formatDecimal(value: number | undefined, unknown = '?'): string {
  return value?.toFixed(2) ?? unknown
}

function formatCount(count: number | undefined): string {
  return count === undefined ? '?' : Math.round(count).toLocaleString('en')
}
