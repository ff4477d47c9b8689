import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Status } from '@pillion/schema'
import { FigureMissed } from './figures.ts'
import { addBystander, openBystander } from './fleet.ts'
import type { BystanderFigures } from './load/bystander.ts'
import { LoadProcess } from './load/load-process.ts'
import { Pillion } from './pillion.ts'
import { poll } from './poll.ts'

/** What a load did, and what the server and everybody else noticed of it. */
export interface Measured<Result> {
  readonly result: Result
  readonly bystander: BystanderFigures
  /** The largest resident memory during the load, less that just before it. */
  readonly memoryGrowthBytes: number
  readonly memoryBytesMax: number
  readonly logLines: number
  /** Counters just before. */
  readonly before: Counters
}

/** As `/admin/v1/status` gives them. */
export type Counters = Readonly<Record<string, number>>

const attemptsMax = 8
/** Whatever keeps the machine busy may be over then. */
const pauseMilliseconds = 3_000

/** A running server, a bystander on it, and loads that misbehave. */
export class Overload {
  readonly pillion: Pillion
  readonly #bystander: LoadProcess<typeof import('./load/bystander.ts')>
  #loads: { stop(): Promise<void> }[] = []

  private constructor(pillion: Pillion) {
    this.pillion = pillion
    this.#bystander = LoadProcess.start('./bystander.ts', 0)
  }

  static async start(access: 'product' | 'open'): Promise<Overload> {
    const pillion = await Pillion.start('serve', { PILLION_ACCESS__MODE: access })
    const overload = new Overload(pillion)
    try {
      const pair = access === 'open' ? openBystander(pillion) : await addBystander(pillion)
      await overload.#bystander.call('open', pair)
      return overload
    } catch (error) {
      await overload.close()
      throw error
    }
  }

  async close(): Promise<void> {
    await this.#endLoads()
    await this.#bystander.stop()
    await this.pillion.stop()
  }

  /** `file` is one of `load/`; ends with the attempt. */
  start<Module>(file: string, nice?: number): LoadProcess<Module> {
    const load = LoadProcess.start<Module>(file, nice)
    this.#loads.push(load)
    return load
  }

  /**
   * Tries again if something was missed that is also missed on a machine that is busy with something else: a figure of
   * time, or what a reader lost while it was not let run. Never for memory and answers. Ends the loads after each attempt.
   */
  async patiently(t: TestContext, attempt: () => Promise<void>): Promise<void> {
    for (let left = attemptsMax - 1; ; left--) {
      try {
        await attempt()
        return
      } catch (error) {
        if (left === 0 || !(error instanceof FigureMissed)) throw error
        t.diagnostic(`once more, because ${error.message}`)
      } finally {
        await this.#endLoads()
      }
      await sleep(pauseMilliseconds)
    }
  }

  async #endLoads(): Promise<void> {
    await Promise.all(this.#loads.map((load) => load.stop()))
    this.#loads = []
  }

  /** For `secondsMin` at least: what is over in a moment is measured with what comes after it. */
  async measure<Result>(load: () => Promise<Result>, secondsMin = 0): Promise<Measured<Result>> {
    const before = await this.counters()
    const bytesBefore = this.memoryBytes()
    let bytesMax = bytesBefore
    const timer = setInterval(() => {
      bytesMax = Math.max(bytesMax, this.memoryBytes())
    }, 20)
    let logLines = 0
    const countLines = (text: string) => {
      logLines += text.split('\n').length - 1
    }
    const { stderr } = this.pillion.running.child
    stderr?.on('data', countLines)
    try {
      await this.#bystander.call('begin')
      const [result] = await Promise.all([load(), sleep(secondsMin * 1_000)])
      const bystander = await this.#bystander.call('end')
      return {
        result,
        bystander,
        memoryGrowthBytes: bytesMax - bytesBefore,
        memoryBytesMax: bytesMax,
        logLines,
        before,
      }
    } finally {
      clearInterval(timer)
      stderr?.off('data', countLines)
    }
  }

  async counters(): Promise<Counters> {
    return (await this.pillion.admin<Status>('/status')).counters
  }

  async connections(): Promise<number> {
    return (await this.pillion.admin<Status>('/status')).connections
  }

  /** Resident. */
  memoryBytes(): number {
    const status = readFileSync(`/proc/${this.pillion.running.child.pid}/status`, 'latin1')
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024
  }

  /**
   * Waits until every message is accounted for: delivered or dropped with a reason. `deliveries` are those that a server
   * which drops nothing makes of what the load sent. Returns what was dropped, by reason.
   */
  async settle(
    { before, bystander }: Measured<unknown>,
    deliveries: number,
  ): Promise<Record<string, number>> {
    // There and back.
    const expected = deliveries + bystander.sent + bystander.received
    const ask = async () => countBetween(before, await this.counters())
    const { delivered, dropped } = await poll(
      ask,
      (counted) => counted.delivered + sum(counted.dropped) === expected,
      settleMilliseconds,
    )
    assert.equal(
      delivered + sum(dropped),
      expected,
      `${expected} expected, ${delivered} delivered, dropped ${JSON.stringify(dropped)}`,
    )
    return dropped
  }
}

/** A subscriber that does not read is closed within this; then its messages count as dropped. */
const settleMilliseconds = 15_000

function countBetween(before: Counters, after: Counters) {
  const differences = Object.entries(after).map(([name, count]): [string, number] => [
    name,
    count - (before[name] ?? 0),
  ])
  const dropped = differences
    .filter(([name, count]) => name.startsWith('dropped_') && count > 0)
    .map(([name, count]) => [name.slice('dropped_'.length), count])
  return {
    delivered: Object.fromEntries(differences).messages_sent ?? 0,
    dropped: Object.fromEntries(dropped) as Record<string, number>,
  }
}

export function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}
