import type { Tally } from '../generator/tally.ts'
import { openPairs, type Pair } from './pairs.ts'
import type { OpenLoad } from './workload.ts'

const pairCount = 200
/** Between two looks at what has arrived; a generator that is late catches up in steps. */
const messagesPerTurnMax = 64

/**
 * The pairs of `paced` at a fixed rate, whatever the server does (open loop): every message has its moment, and its
 * latency counts from there. A server that stalls delays all that should have gone out meanwhile, and all of that is
 * measured, not only the one message that waits in a closed loop.
 */
export const openLatency: OpenLoad = async (target, tally) => {
  const pairs = await openPairs(target, pairCount)
  const { ratePerSecond } = target
  if (ratePerSecond === undefined) throw new Error('latency needs a rate')
  return {
    connections: pairs.flatMap(({ partner, vehicle }) => [partner, vehicle]),
    start: () => new Pacer(pairs, ratePerSecond / 1000, tally).start(),
  }
}

/** Sends message n from pair n modulo the number of pairs, at n / rate. */
class Pacer {
  readonly #pairs: readonly Pair[]
  readonly #perMillisecond: number
  readonly #tally: Tally
  #startedAt = 0
  #sent = 0

  constructor(pairs: readonly Pair[], perMillisecond: number, tally: Tally) {
    this.#pairs = pairs
    this.#perMillisecond = perMillisecond
    this.#tally = tally
  }

  start(): void {
    this.#startedAt = performance.now()
    this.#pairs.forEach(({ vehicle }, index) => {
      // A connection keeps the order, so the number of an arrival tells which message it is. After a loss they
      // would seem older than they are, never younger.
      let next = index
      vehicle.onPublishes = (count) => {
        const now = performance.now()
        this.#tally.received += count
        for (let arrived = 0; arrived < count; arrived++) {
          this.#tally.latencies.record(now - this.#dueAt(next))
          next += this.#pairs.length
        }
      }
    })
    this.#turn()
  }

  #dueAt(message: number): number {
    return this.#startedAt + message / this.#perMillisecond
  }

  /** Once per turn of the event loop, without a pause: a timer would be late by a millisecond, which is what is to be measured. */
  readonly #turn = (): void => {
    for (let messages = 0; messages < messagesPerTurnMax; messages++) {
      const delay = performance.now() - this.#dueAt(this.#sent)
      if (delay < 0) break
      if (!this.#tally.take(1)) return
      this.#tally.delays.record(delay)
      const { partner, packet } = this.#pairs[this.#sent % this.#pairs.length] as Pair
      partner.send(packet)
      this.#sent++
    }
    setImmediate(this.#turn)
  }
}
