import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Broker } from '@pillion/broker'
import type { NatsNodes } from '@pillion/relay-nats'
import type { LiveLine } from '@pillion/schema'
import type { Durations } from '../metrics/durations.ts'
import type { Warnings } from './warnings.ts'

export interface LiveParts {
  readonly broker: Pick<Broker, 'counters' | 'sumConnections'>
  readonly durations: Pick<Durations, 'takeDeliveries'>
  readonly node: string
  readonly nodes: Pick<NatsNodes, 'listNodes'> | undefined
  readonly warnings: Pick<Warnings, 'list'>
}

const EVERY_MS = 1_000
const LOOP_RESOLUTION_MS = 10
const NANOSECONDS_PER_MS = 1e6

/** Takes the figures of this node each second while somebody looks at them, once for all who do. */
export class LiveFigures {
  readonly #parts: LiveParts
  readonly #readers = new Set<(json: string) => void>()
  #timer: NodeJS.Timeout | undefined
  #loop: ReturnType<typeof monitorEventLoopDelay> | undefined
  #counters: Record<string, number> = {}
  #takenAt = 0

  constructor(parts: LiveParts) {
    this.#parts = parts
  }

  /** `read` gets a line each second, the first at once; returns the way to end it. */
  follow(read: (json: string) => void): () => void {
    if (this.#readers.size === 0) this.#start()
    this.#readers.add(read)
    read(JSON.stringify(this.#take(0)))
    return () => {
      this.#readers.delete(read)
      if (this.#readers.size === 0) this.#stop()
    }
  }

  #start(): void {
    this.#loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS })
    this.#loop.enable()
    // What came while nobody looked.
    this.#parts.durations.takeDeliveries()
    this.#startInterval()
    this.#timer = setInterval(() => this.#tell(), EVERY_MS).unref()
  }

  #stop(): void {
    clearInterval(this.#timer)
    this.#loop?.disable()
  }

  #tell(): void {
    const json = JSON.stringify(this.#take(performance.now() - this.#takenAt))
    this.#startInterval()
    for (const read of this.#readers) read(json)
  }

  #startInterval(): void {
    this.#counters = this.#parts.broker.counters()
    this.#takenAt = performance.now()
    this.#loop?.reset()
  }

  /** Rates of the time since the interval began; a first line has none. */
  #take(milliseconds: number): LiveLine {
    const { broker, durations, node, nodes, warnings } = this.#parts
    const now = broker.counters()
    const rate = (name: string) =>
      milliseconds === 0 ? 0 : (((now[name] ?? 0) - (this.#counters[name] ?? 0)) * 1_000) / milliseconds
    const { counts, outboxBytes } = broker.sumConnections()
    const connections: Record<string, number> = {}
    for (const { role, count } of counts) connections[role] = (connections[role] ?? 0) + count
    const deliveries = milliseconds === 0 ? [] : durations.takeDeliveries()
    const dropped = Object.keys(now).filter((name) => name.startsWith('dropped_'))
    return {
      at: new Date().toISOString(),
      node,
      connections,
      messagesIn: rate('messages_received'),
      messagesOut: rate('messages_sent'),
      bytesIn: rate('bytes_received'),
      bytesOut: rate('bytes_sent'),
      dropped: Object.fromEntries(dropped.map((name) => [name.slice('dropped_'.length), rate(name)])),
      ...(deliveries.length > 0 && {
        deliveryP50Milliseconds: percentile(deliveries, 50),
        deliveryP99Milliseconds: percentile(deliveries, 99),
      }),
      eventLoopP99Milliseconds: this.#loopP99(),
      outboxBytes,
      memoryBytes: process.memoryUsage.rss(),
      nodes: (nodes?.listNodes() ?? [{ node }]).map((each) => ({
        node: each.node,
        isHere: each.node === node,
        ...(each.node === node ? { connections: counts.reduce((sum, { count }) => sum + count, 0) } : {}),
      })),
      warnings: warnings.list(),
    }
  }

  /** How much later than due a timer came. */
  #loopP99(): number {
    const p99 = (this.#loop?.percentile(99) ?? 0) / NANOSECONDS_PER_MS
    return Math.max(0, p99 - LOOP_RESOLUTION_MS)
  }
}

/** Of seconds, shortest first; in milliseconds. */
function percentile(seconds: readonly number[], percent: number): number {
  return (seconds[Math.ceil((seconds.length * percent) / 100) - 1] ?? 0) * 1_000
}
