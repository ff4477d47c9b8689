import type { LiveLine, Status } from '@pillion/schema'
import type { ComponentChildren } from 'preact'
import { expiringHref } from '../../credentials/expiring-list.tsx'
import { formatBytes, formatNumber, formatShort } from '../../format.ts'
import { Ago, Card, type Column, Icon, Page, State, Table, useLoad } from '../../parts/index.ts'
import { placeHref } from '../../place.ts'
import { liveLines } from '../../shell/live.ts'
import { Charts } from './charts.tsx'

/** How the server is doing now and over the last ten minutes. */
export function Overview() {
  const { value: status } = useLoad<Status>('/status', { everySeconds: 10 })
  const lines = liveLines.value
  const last = lines.at(-1)
  return (
    <Page
      title="Overview"
      about={
        status ? (
          <>
            Pillion {status.version}, started <Ago at={status.startedAt} />
          </>
        ) : (
          'Pillion'
        )
      }
    >
      {last && <Warnings of={last} />}
      <Figures last={last} status={status} />
      <Charts lines={lines} />
      <div class="card-row">
        {last && <Nodes nodes={last.nodes} />}
        {status && <Listeners listeners={status.listeners} />}
      </div>
    </Page>
  )
}

/** Where more is to be seen of what a warning tells. */
const listOf: Partial<Record<string, 'partner' | 'vehicle'>> = {
  PARTNER_CERTIFICATES_EXPIRE: 'partner',
  VEHICLE_CERTIFICATES_EXPIRE: 'vehicle',
}

function Warnings({ of: { warnings } }: { of: LiveLine }) {
  if (warnings.length === 0) return null
  return (
    <ul class="warnings" aria-label="Warnings">
      {warnings.map(({ code, text }) => (
        <li key={code + text} class="notice warn">
          <Icon name="warning" />
          <span>
            {text} {listOf[code] && <a href={expiringHref(listOf[code])}>Show them</a>}
          </span>
          <code>{code}</code>
        </li>
      ))}
    </ul>
  )
}

function Figures({ last, status }: { last: LiveLine | undefined; status: Status | undefined }) {
  const dropped = last && sum(last.dropped)
  const connections = last ? sum(last.connections) : status?.connections
  return (
    <dl class="figures">
      <Figure name="Messages in" value={last && formatShort(last.messagesIn)} unit="/s" />
      <Figure name="Messages out" value={last && formatShort(last.messagesOut)} unit="/s" />
      <Figure
        name="Dropped"
        value={dropped === undefined ? undefined : formatShort(dropped)}
        unit="/s"
        isBad={dropped !== undefined && dropped > 0}
      />
      <Figure
        name={<a href={placeHref('connections')}>Connections</a>}
        value={connections === undefined ? undefined : formatNumber(connections)}
      />
      <Figure
        name="Event loop, p99"
        value={last?.eventLoopP99Milliseconds.toFixed(1)}
        unit="ms"
        isBad={last !== undefined && last.eventLoopP99Milliseconds > 100}
      />
      <Figure name="Memory" value={last && formatBytes(last.memoryBytes)} />
    </dl>
  )
}

interface FigureProps {
  readonly name: ComponentChildren
  readonly value: string | undefined
  readonly unit?: string
  readonly isBad?: boolean
}

function Figure({ name, value, unit, isBad = false }: FigureProps) {
  return (
    <div class={isBad ? 'figure is-bad' : 'figure'}>
      <dt>{name}</dt>
      <dd>
        {value ?? '–'}
        {unit && <small>{unit}</small>}
      </dd>
    </div>
  )
}

type Node = LiveLine['nodes'][number]

const nodeColumns: readonly Column<Node>[] = [
  {
    title: 'Node',
    cell: ({ node, isHere }) => (
      <State kind="good">
        <span>
          {node}
          {isHere && <span class="faint"> · this one</span>}
        </span>
      </State>
    ),
  },
  {
    title: 'Connections',
    cell: ({ connections }) => (connections === undefined ? '–' : formatNumber(connections)),
    isNumber: true,
  },
]

function Nodes({ nodes }: { nodes: readonly Node[] }) {
  return (
    <Card title="Nodes">
      <Table label="Nodes" rows={nodes} columns={nodeColumns} keyOf={({ node }) => node} />
    </Card>
  )
}

const listenerColumns: readonly Column<Status['listeners'][number]>[] = [
  { title: 'Listener', cell: ({ name }) => name },
  { title: 'Address', cell: ({ address }) => <code>{address}</code> },
]

function Listeners({ listeners }: Pick<Status, 'listeners'>) {
  return (
    <Card title="Listeners">
      <Table label="Listeners" rows={listeners} columns={listenerColumns} keyOf={({ name }) => name} />
    </Card>
  )
}

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((total, each) => total + each, 0)
}
