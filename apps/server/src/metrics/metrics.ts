import type { Broker } from '@pillion/broker'
import type { Mailbox } from '@pillion/fleet'
import type { Ledger, LedgerCounts } from '@pillion/ledger'
import type { Push } from '@pillion/push'
import type { NatsNodes } from '@pillion/relay-nats'
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { SignInGuard } from '../access/sign-in-guard.ts'
import type { ClientExpiry } from '../tls/client-expiry.ts'
import type { TlsInForce } from '../tls/tls-in-force.ts'
import type { Durations } from './durations.ts'

const plainCounters = {
  messages_received: 'MQTT messages that clients of this node have published.',
  messages_sent: 'MQTT messages written to clients of this node: one per receiver.',
  messages_arrived: 'MQTT messages that came from other nodes, each of which has counted them as received.',
  messages_kept: 'MQTT messages handed over to be kept for an absent receiver.',
  bytes_received: 'Bytes read from MQTT clients.',
  bytes_sent: 'Bytes written to MQTT clients.',
  connections_accepted: 'MQTT connections whose CONNECT was accepted.',
  connections_refused: 'MQTT connections that were turned away, before or at their CONNECT.',
  connections_closed: 'MQTT connections that have ended.',
  wills_cancelled: 'Wills not published, because the client came back in time.',
  sessions_discarded: 'Sessions of absent clients that ended early for want of room.',
  retained_refused: 'Messages delivered, but not retained as asked, for want of room.',
  retained_expired: 'Retained messages whose time was over.',
} as const

export interface MetricsParts {
  readonly broker: Broker
  readonly nodes: Pick<NatsNodes, 'state' | 'roundTripMilliseconds' | 'listNodes'> | undefined
  readonly signInGuard: SignInGuard
  readonly push: Pick<Push, 'sender'>
  readonly mailbox: Pick<Mailbox, 'waiting'>
  readonly ledger: Pick<Ledger, 'counts'>
  readonly tls: Pick<TlsInForce, 'expiries'>
  readonly clientExpiry: Pick<ClientExpiry, 'found'>
  readonly durations: Durations
  readonly version: string
}

/**
 * The server's counters in Prometheus' words; they are read when somebody asks, nothing is counted twice. Names and units are
 * for good: seconds, bytes, `_total` for what only grows. `docs/reference/metrics.md` is made of this.
 */
export function createMetrics(parts: MetricsParts): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  addGauge(registry, 'pillion_build_info', 'Version of the server; always 1.', ['version'], () => [
    { labels: { version: parts.version }, value: 1 },
  ])
  addConnectionMetrics(registry, parts)
  for (const [name, help] of Object.entries(plainCounters)) {
    addCounter(registry, `pillion_${name}_total`, help, [], () => [
      { labels: {}, value: parts.broker.counters()[name] ?? 0 },
    ])
  }
  const dropped =
    'Messages that were not delivered, one per receiver they were meant for; no_receiver: there was none, once.'
  addCounter(registry, 'pillion_dropped_total', dropped, ['reason'], () =>
    readByReason(parts.broker, 'dropped_'),
  )
  const refused = 'CONNECT and SUBSCRIBE packets that were refused; reason begins with which of them.'
  addCounter(registry, 'pillion_refused_total', refused, ['reason'], () =>
    readByReason(parts.broker, 'refused_'),
  )
  addSignInMetrics(registry, parts)
  addPushMetrics(registry, parts)
  addGauge(
    registry,
    'pillion_mailbox_waiting',
    'Messages for absent vehicles that are not on the disk yet.',
    [],
    () => [{ labels: {}, value: parts.mailbox.waiting }],
  )
  addRelayMetrics(registry, parts)
  addLedgerMetrics(registry, parts)
  addCertificateMetrics(registry, parts)
  parts.durations.registerAt(registry)
  return registry
}

function addConnectionMetrics(registry: Registry, parts: MetricsParts): void {
  addGauge(
    registry,
    'pillion_connections',
    'MQTT connections open now. role: partner, vehicle, installation, account, everybody in the open mode, none before sign-in.',
    ['role', 'listener'],
    () =>
      parts.broker
        .sumConnections()
        .counts.map(({ role, listener, count }) => ({ labels: { role, listener }, value: count })),
  )
  const outbox = 'Bytes that wait for MQTT clients to take them, of all connections together.'
  addGauge(registry, 'pillion_outbox_bytes', outbox, [], () => [
    { labels: {}, value: parts.broker.sumConnections().outboxBytes },
  ])
  const sessions = 'Absent clients whose subscriptions are kept.'
  addGauge(registry, 'pillion_sessions_absent', sessions, [], () => [
    { labels: {}, value: parts.broker.absentSessionCount },
  ])
}

function addCertificateMetrics(registry: Registry, parts: MetricsParts): void {
  addGauge(
    registry,
    'pillion_certificate_expiry_timestamp_seconds',
    'When a certificate ends, in seconds since 1970. name: server, authority, server-authority, client-authority, relay.',
    ['name'],
    () => parts.tls.expiries().map(({ name, endsAt }) => ({ labels: { name }, value: endsAt / 1_000 })),
  )
  const clients =
    'Clients whose last certificate ends within 30 days, or has ended in the last 30; each node counts all, every ten minutes. role: partner, vehicle.'
  addGauge(registry, 'pillion_certificates_expiring', clients, ['role'], () =>
    parts.clientExpiry.found.map(({ role, count }) => ({ labels: { role }, value: count })),
  )
}

/** Without other nodes these have no samples. */
function addRelayMetrics(registry: Registry, parts: MetricsParts): void {
  const state = '1 while this node is connected to the relay between nodes, else 0.'
  addGauge(registry, 'pillion_relay_connected', state, [], () =>
    parts.nodes === undefined ? [] : [{ labels: {}, value: Number(parts.nodes.state === 'connected') }],
  )
  const roundTrip =
    'To the relay’s server and back, at the last ping; a message to another node takes about half.'
  addGauge(registry, 'pillion_relay_round_trip_seconds', roundTrip, [], () => {
    const milliseconds = parts.nodes?.roundTripMilliseconds
    return milliseconds === undefined ? [] : [{ labels: {}, value: milliseconds / 1_000 }]
  })
  addGauge(registry, 'pillion_relay_nodes', 'Nodes that are there, this one included.', [], () =>
    parts.nodes === undefined ? [] : [{ labels: {}, value: parts.nodes.listNodes().length }],
  )
}

const ledgerCounters = {
  recorded: 'Messages recorded in the ledger.',
  passedOver: 'Messages not recorded, because there were too many at once.',
  unmatched: 'What was heard of messages that nobody here remembers.',
  lost: 'Writes of the ledger to the database that were given up.',
} as const

const ledgerGauges = {
  remembered: ['pillion_ledger_remembered', 'Messages in the memory of the ledger.'],
  rememberedBytes: ['pillion_ledger_remembered_bytes', 'Bytes of memory that the ledger takes, roughly.'],
  waiting: ['pillion_ledger_writes_waiting', 'Writes of the ledger to the database that wait.'],
} as const

function addLedgerMetrics(registry: Registry, parts: MetricsParts): void {
  const read = (name: keyof LedgerCounts) => () => [{ labels: {}, value: parts.ledger.counts()[name] }]
  for (const [name, help] of Object.entries(ledgerCounters)) {
    const snakeCase = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    addCounter(registry, `pillion_ledger_${snakeCase}_total`, help, [], read(name as keyof LedgerCounts))
  }
  for (const [name, [metric, help]] of Object.entries(ledgerGauges))
    addGauge(registry, metric, help, [], read(name as keyof LedgerCounts))
}

function addPushMetrics(registry: Registry, parts: MetricsParts): void {
  const read = (states: readonly string[]) => () =>
    states.map((state) => ({ labels: { state }, value: parts.push.sender.counters()[state] ?? 0 }))
  const messages = 'Push messages and bucket events; refused: for want of room, failed: not to all receivers.'
  addCounter(
    registry,
    'pillion_push_messages_total',
    messages,
    ['state'],
    read(['accepted', 'refused', 'failed']),
  )
  const deliveries = 'Payloads for single installations; not_connected: nobody got it, and nothing is kept.'
  addCounter(
    registry,
    'pillion_push_deliveries_total',
    deliveries,
    ['state'],
    read(['delivered', 'not_connected']),
  )
  addGauge(
    registry,
    'pillion_push_waiting',
    'Push messages and events that are on their way now.',
    [],
    () => [{ labels: {}, value: parts.push.sender.waiting }],
  )
}

function addSignInMetrics(registry: Registry, parts: MetricsParts): void {
  const failures = 'Sign-ins with wrong credentials, over MQTT and HTTP.'
  addCounter(registry, 'pillion_sign_in_failures_total', failures, ['reason'], () =>
    toSamples(Object.entries(parts.signInGuard.counts().failures)),
  )
  const heldBack = 'Sign-ins that were not answered because of earlier failures.'
  addCounter(registry, 'pillion_sign_in_held_back_total', heldBack, ['reason'], () =>
    toSamples(Object.entries(parts.signInGuard.counts().heldBack)),
  )
  addGauge(registry, 'pillion_sign_ins_waiting', 'Sign-ins that wait for their turn now.', [], () => [
    { labels: {}, value: parts.signInGuard.counts().waiting },
  ])
}

interface Sample {
  readonly labels: Record<string, string>
  readonly value: number
}

function readByReason(broker: Broker, prefix: string): Sample[] {
  const ofPrefix = Object.entries(broker.counters()).filter(([name]) => name.startsWith(prefix))
  return toSamples(ofPrefix.map(([name, count]) => [name.slice(prefix.length), count]))
}

function toSamples(countsByReason: [reason: string, count: number][]): Sample[] {
  return countsByReason.map(([reason, count]) => ({ labels: { reason }, value: count }))
}

function addCounter(
  registry: Registry,
  name: string,
  help: string,
  labelNames: string[],
  read: () => Sample[],
): void {
  new Counter({
    name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      this.reset()
      for (const { labels, value } of read()) this.inc(labels, value)
    },
  })
}

function addGauge(
  registry: Registry,
  name: string,
  help: string,
  labelNames: string[],
  read: () => Sample[],
): void {
  new Gauge({
    name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      this.reset()
      for (const { labels, value } of read()) this.set(labels, value)
    },
  })
}
