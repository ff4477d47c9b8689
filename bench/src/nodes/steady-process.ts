/**
 * Pairs of clients that exchange messages at a steady rate, in a process of its own, forked by storm.ts: takes one job, answers
 * with what messages took for some seconds, and when it is told to stop with what they took since then.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Connection, openConnections } from '../generator/connection.ts'
import { Latencies } from '../generator/latencies.ts'
import { publishBytes } from '../generator/packet-bytes.ts'
import { downlinkTopicName, partnerSignIn, population, vehicleFilter, vehicleSignIn } from '../population.ts'
import { partnerPort, type Target, vehiclePort } from '../workloads/workload.ts'

export interface SteadyJob {
  readonly target: Target
  readonly quietSeconds: number
}

/** Milliseconds from write to arrival. */
export interface SteadyFigures {
  readonly received: number
  /** Sent so far and not arrived: at the end, lost. */
  readonly underWay: number
  readonly p50: number
  readonly p99: number
  readonly worst: number
}

const pairs = 20
const everyMilliseconds = 40
const drainMilliseconds = 5_000
/** The interest of those who just subscribed reaches the other nodes within a moment. */
const settleMilliseconds = 1_000

process.once('disconnect', () => process.exit())
process.once('message', async ({ target, quietSeconds }: SteadyJob) => {
  const steady = await Steady.open(target)
  await sleep(settleMilliseconds)
  steady.start()
  await sleep(settleMilliseconds)
  steady.readFigures()
  await sleep(quietSeconds * 1_000)
  process.once('message', async () => process.send?.(await steady.stop()))
  process.send?.(steady.readFigures())
})

/** Each pair has at most some messages under way, which arrive in the order in which they were sent. */
class Steady {
  readonly #partners: readonly Connection[]
  readonly #packets: readonly Uint8Array[]
  readonly #sentAt: number[][] = Array.from({ length: pairs }, () => [])
  readonly #latencies = new Latencies()
  #received = 0
  #worst = 0
  #timer: NodeJS.Timeout | undefined

  static async open(target: Target): Promise<Steady> {
    const indexes = Array.from({ length: pairs }, (_, index) => index)
    const vehicles = await openConnections(
      indexes.map((index) => ({
        transport: target.transport,
        port: vehiclePort(target, index),
        clientId: `steady-vehicle-${index}`,
        signIn: vehicleSignIn(target.passwords, vehicleOf(index)),
        topicFilters: [vehicleFilter(vehicleOf(index))],
      })),
    )
    const partners = await openConnections(
      indexes.map((index) => ({
        transport: target.transport,
        port: partnerPort(target, index),
        clientId: `steady-partner-${index}`,
        signIn: partnerSignIn(target.passwords, partnerOf(index)),
      })),
    )
    return new Steady(partners, vehicles, target)
  }

  private constructor(partners: readonly Connection[], vehicles: readonly Connection[], target: Target) {
    this.#partners = partners
    this.#packets = partners.map((_, index) =>
      publishBytes(
        downlinkTopicName(partnerOf(index), vehicleOf(index)),
        target.payloadBytes,
        target.transport,
      ),
    )
    vehicles.forEach((vehicle, index) => {
      vehicle.onPublishes = (count) => this.#arrived(index, count)
    })
  }

  /** A few pairs at a time, so that messages come evenly. */
  start(): void {
    let turn = 0
    this.#timer = setInterval(() => {
      for (let index = turn++ % 4; index < pairs; index += 4) {
        this.#sentAt[index]?.push(performance.now())
        this.#partners[index]?.send(this.#packets[index] as Uint8Array)
      }
    }, everyMilliseconds / 4)
  }

  /** Since they were read last. */
  readFigures(): SteadyFigures {
    const { p50 = Number.NaN, p99 = Number.NaN } = this.#latencies.percentiles() ?? {}
    const underWay = this.#sentAt.reduce((sum, { length }) => sum + length, 0)
    const figures = { received: this.#received, underWay, p50, p99, worst: this.#worst }
    this.#latencies.clear()
    this.#received = 0
    this.#worst = 0
    return figures
  }

  async stop(): Promise<SteadyFigures> {
    clearInterval(this.#timer)
    const deadline = performance.now() + drainMilliseconds
    while (this.#sentAt.some(({ length }) => length > 0) && performance.now() < deadline) await sleep(10)
    return this.readFigures()
  }

  #arrived(index: number, count: number): void {
    const now = performance.now()
    for (const sentAt of this.#sentAt[index]?.splice(0, count) ?? []) {
      this.#received++
      this.#latencies.record(now - sentAt)
      this.#worst = Math.max(this.#worst, now - sentAt)
    }
  }
}

function partnerOf(index: number): number {
  return index % population.fleetPartners
}

/** None of those that storm. */
function vehicleOf(index: number): number {
  return population.vehicles - pairs + index
}
