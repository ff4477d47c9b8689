import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import type { RelayNode } from '@pillion/broker'
import { NatsNodes } from './nats-nodes.ts'
import type { NatsNodesOptions, RelayTimes } from './options.ts'

/** A tenth of the shipped ones and less, for tests. */
export const quickTimes: RelayTimes = {
  beat: 150,
  silence: 600,
  forget: 2_000,
  ping: 100,
  pong: 200,
  dial: 500,
  backOff: 20,
  backOffMax: 100,
  tellAgain: 300,
  gather: 10,
  gatherChanges: 2,
  drain: 500,
}

/** A node with a broker that only writes down what it is called with. */
export class TestNode implements RelayNode {
  readonly nodes: NatsNodes
  /** `topic payload`, in order. */
  readonly delivered: string[] = []
  readonly evicted: string[] = []
  readonly dropped: (reason: string, messages: number) => void
  readonly drops = new Map<string, number>()
  /** `topic payload node`. */
  readonly losses: string[] = []
  readonly warnings: string[] = []
  readonly gone: string[] = []
  returns = 0

  constructor(
    options: Partial<NatsNodesOptions> & Pick<NatsNodesOptions, 'node' | 'servers' | 'deployment'>,
  ) {
    this.nodes = new NatsNodes({
      times: quickTimes,
      log: { info() {}, warn: (_fields, text) => void this.warnings.push(text) },
      ...options,
    })
    this.dropped = (reason, messages) => void this.drops.set(reason, (this.drops.get(reason) ?? 0) + messages)
    this.nodes.onNodeGone((node) => void this.gone.push(node))
    this.nodes.onReturn(() => void this.returns++)
  }

  get relay() {
    return this.nodes.relay
  }

  get droppedCount(): number {
    return [...this.drops.values()].reduce((sum, count) => sum + count, 0)
  }

  async open(): Promise<this> {
    await this.nodes.connect()
    await this.relay.open(this)
    return this
  }

  deliver(topic: string, payload: Uint8Array): void {
    this.delivered.push(`${topic} ${Buffer.from(payload).toString()}`)
  }

  readonly lost = (topic: string, payload: Uint8Array, node: string): void => {
    this.losses.push(`${topic} ${Buffer.from(payload).toString()} ${node}`)
  }

  evict(clientKey: string): void {
    this.evicted.push(clientKey)
  }
}

/** Connected, opened, and each of them knows all others. */
export async function openTogether<Nodes extends readonly TestNode[]>(...nodes: Nodes): Promise<Nodes> {
  await Promise.all(nodes.map((node) => node.open()))
  await until('all know each other', () =>
    nodes.every((node) => node.nodes.listNodes().length === nodes.length),
  )
  return nodes
}

/** Half a minute is far more than anything needs that quickTimes bound. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000
  while (!condition()) {
    assert.ok(Date.now() < deadline, `Waited 30 s in vain: ${what}`)
    await wait(5)
  }
}
