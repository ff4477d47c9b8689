import type { Broker } from '@pillion/broker'
import type { Mailbox } from '@pillion/fleet'
import type { Push } from '@pillion/push'
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { SignInGuard } from '../access/sign-in-guard.ts'

const plainCounters = [
  'messages_received',
  'messages_sent',
  'messages_arrived',
  'messages_kept',
  'bytes_received',
  'bytes_sent',
  'connections_accepted',
  'connections_refused',
  'connections_closed',
  'wills_cancelled',
  'sessions_discarded',
  'retained_refused',
  'retained_expired',
]

export interface MetricsParts {
  readonly broker: Broker
  readonly signInGuard: SignInGuard
  readonly push: Pick<Push, 'sender'>
  readonly mailbox: Pick<Mailbox, 'waiting'>
  readonly version: string
}

/** The server's counters in Prometheus' words; they are read when somebody asks, nothing is counted twice. */
export function createMetrics({ broker, signInGuard, push, mailbox, version }: MetricsParts): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  new Gauge({
    name: 'pillion_build_info',
    help: 'Version of the server.',
    labelNames: ['version'],
    registers: [registry],
  }).set({ version }, 1)
  new Gauge({
    name: 'pillion_connections',
    help: 'MQTT connections open now.',
    registers: [registry],
    collect() {
      this.set(broker.connectionCount)
    },
  })
  for (const name of plainCounters) {
    addCounter(registry, `pillion_${name}_total`, `MQTT ${name.replace('_', ' ')}.`, [], () => [
      { labels: {}, count: broker.counters()[name] ?? 0 },
    ])
  }
  addCounter(registry, 'pillion_dropped_total', 'Messages that were not delivered.', ['reason'], () =>
    readByReason(broker, 'dropped_'),
  )
  addCounter(
    registry,
    'pillion_refused_total',
    'CONNECT and SUBSCRIBE packets that were refused.',
    ['reason'],
    () => readByReason(broker, 'refused_'),
  )
  addSignInMetrics(registry, signInGuard)
  addPushMetrics(registry, push)
  new Gauge({
    name: 'pillion_mailbox_waiting',
    help: 'Messages for absent vehicles that are not on the disk yet.',
    registers: [registry],
    collect() {
      this.set(mailbox.waiting)
    },
  })
  return registry
}

function addPushMetrics(registry: Registry, { sender }: Pick<Push, 'sender'>): void {
  const read = (states: readonly string[]) => () =>
    states.map((state) => ({ labels: { state }, count: sender.counters()[state] ?? 0 }))
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
  new Gauge({
    name: 'pillion_push_waiting',
    help: 'Push messages and events that are on their way now.',
    registers: [registry],
    collect() {
      this.set(sender.waiting)
    },
  })
}

function addSignInMetrics(registry: Registry, guard: SignInGuard): void {
  const failures = 'Sign-ins with wrong credentials, over MQTT and HTTP.'
  addCounter(registry, 'pillion_sign_in_failures_total', failures, ['reason'], () =>
    toSamples(Object.entries(guard.counts().failures)),
  )
  const heldBack = 'Sign-ins that were not answered because of earlier failures.'
  addCounter(registry, 'pillion_sign_in_held_back_total', heldBack, ['reason'], () =>
    toSamples(Object.entries(guard.counts().heldBack)),
  )
  new Gauge({
    name: 'pillion_sign_ins_waiting',
    help: 'Sign-ins that wait for their turn now.',
    registers: [registry],
    collect() {
      this.set(guard.counts().waiting)
    },
  })
}

interface Sample {
  readonly labels: Record<string, string>
  readonly count: number
}

function readByReason(broker: Broker, prefix: string): Sample[] {
  const ofPrefix = Object.entries(broker.counters()).filter(([name]) => name.startsWith(prefix))
  return toSamples(ofPrefix.map(([name, count]) => [name.slice(prefix.length), count]))
}

function toSamples(countsByReason: [reason: string, count: number][]): Sample[] {
  return countsByReason.map(([reason, count]) => ({ labels: { reason }, count }))
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
      for (const { labels, count } of read()) this.inc(labels, count)
    },
  })
}
