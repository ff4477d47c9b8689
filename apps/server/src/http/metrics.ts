import type { Broker } from '@pillion/broker'
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'

const plainCounters = [
  'messages_received',
  'messages_sent',
  'bytes_received',
  'bytes_sent',
  'connections_accepted',
  'connections_refused',
  'connections_closed',
]

/** The broker's counters in Prometheus' words; they are read when somebody asks, nothing is counted twice. */
export function createMetrics(broker: Broker, version: string): Registry {
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
  return registry
}

interface Sample {
  readonly labels: Record<string, string>
  readonly count: number
}

function readByReason(broker: Broker, prefix: string): Sample[] {
  return Object.entries(broker.counters())
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, count]) => ({ labels: { reason: name.slice(prefix.length) }, count }))
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
