import { SimulatedNode } from './node.ts'
import type { Policy } from './policies.ts'
import { TimeWheel } from './time-wheel.ts'

export interface Storm {
  readonly clients: number
  readonly nodes: number
  /** Of one node. */
  readonly signInsPerSecond: number
  /** Clients that wait before one node at a time; more are refused at once. */
  readonly waitingMax: number
  /** What refusing one costs a node, in sign-ins. */
  readonly refusalCost: number
  /** Connections that the kernel keeps for a node that is busy refusing others; further ones get no answer. */
  readonly backlog: number
  /** A client that has waited for so long leaves, and tries again. */
  readonly patienceMilliseconds: number
  /** From trying to being told no; also the least between two tries. */
  readonly roundTripMilliseconds: number
  readonly policy: Policy
  readonly seed: number
  /** Whoever is not in by then stays out. */
  readonly secondsMax: number
}

export interface Outcome {
  /** Seconds from the first try until half, 99 of 100 and all were in; undefined: not within `secondsMax`. */
  readonly halfSeconds: number | undefined
  readonly mostSeconds: number | undefined
  readonly allSeconds: number | undefined
  readonly back: number
  /** In the busiest second. */
  readonly attemptsPerSecondMax: number
  readonly attempts: number
  readonly refused: number
  /** Attempts given up for want of an answer; `wasted`: those that a node has done the work for all the same. */
  readonly leftWaiting: number
  readonly wasted: number
}

/**
 * All clients have lost their connections in one moment and try again at once, each with a node by lot, as behind a load balancer.
 * A discrete simulation in milliseconds: the same `seed` gives the same outcome.
 */
export function simulate(storm: Storm): Outcome {
  const { clients, policy, roundTripMilliseconds } = storm
  const random = createRandom(storm.seed)
  const nodes = Array.from({ length: storm.nodes }, () => new SimulatedNode(storm))
  const wheel = new TimeWheel(clients, spanMilliseconds + roundTripMilliseconds + storm.patienceMilliseconds)
  const retries = new Uint16Array(clients)
  const marks = new Marks(clients)
  let attempts = 0
  let attemptsThisSecond = 0
  let attemptsPerSecondMax = 0
  let refused = 0
  let leftWaiting = 0
  let now = 0

  const tryAgain = (client: number, afterMilliseconds: number) => {
    const retry = retries[client] as number
    if (retry < 65_535) retries[client] = retry + 1
    wheel.add(client, now + Math.max(1, Math.round(afterMilliseconds + policy(retry, random))))
  }
  const attempt = (client: number) => {
    attempts++
    attemptsThisSecond++
    const admission = nodes[Math.floor(random() * nodes.length)]?.admit(client, now)
    if (admission === 'waiting') return
    if (admission === 'refused') {
      refused++
      tryAgain(client, roundTripMilliseconds)
    } else {
      leftWaiting++
      tryAgain(client, storm.patienceMilliseconds)
    }
  }
  const isIn = () => marks.count(now + 1)
  const hasLeft = (client: number) => {
    leftWaiting++
    tryAgain(client, 0)
  }

  for (let client = 0; client < clients; client++) wheel.add(client, 0)
  for (; marks.back < clients && now < storm.secondsMax * 1_000; now++) {
    wheel.take(now, attempt)
    for (const node of nodes) node.work(now + 1, isIn, hasLeft)
    if (now % 1_000 !== 999 && marks.back < clients) continue
    attemptsPerSecondMax = Math.max(attemptsPerSecondMax, attemptsThisSecond)
    attemptsThisSecond = 0
  }
  const wasted = nodes.reduce((sum, node) => sum + node.wasted, 0)
  const { halfSeconds, mostSeconds, allSeconds, back } = marks
  return {
    halfSeconds,
    mostSeconds,
    allSeconds,
    back,
    attemptsPerSecondMax,
    attempts,
    refused,
    leftWaiting,
    wasted,
  }
}

/** Longer than any pause of a policy. */
const spanMilliseconds = 60_001

/** When so and so many were in. */
class Marks {
  readonly #clients: number
  back = 0
  halfSeconds: number | undefined
  mostSeconds: number | undefined
  allSeconds: number | undefined

  constructor(clients: number) {
    this.#clients = clients
  }

  count(millisecond: number): void {
    this.back++
    if (this.back === Math.ceil(this.#clients * 0.5)) this.halfSeconds = millisecond / 1_000
    if (this.back === Math.ceil(this.#clients * 0.99)) this.mostSeconds = millisecond / 1_000
    if (this.back === this.#clients) this.allSeconds = millisecond / 1_000
  }
}

/** From 0 to below 1; mulberry32. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
