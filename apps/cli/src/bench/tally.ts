/** What became of one load. */
export interface Outcome {
  readonly workload: Workload
  /** Delivered, while it was measured. */
  readonly perSecond: number
  /** From the moment a message was due until it had arrived; absent where single messages are not timed. */
  readonly latencyMs?: Percentiles
  /** All of the load, the warm-up included. */
  readonly sent: number
  readonly delivered: number
  readonly lost: number
}

export type Workload = 'stream' | 'latency'

export interface Percentiles {
  readonly p50: number
  readonly p99: number
  readonly p999: number
}

/** What one load has sent and received so far. */
export class Tally {
  sent = 0
  delivered = 0
  isSending = true
  #latencies: number[] = []

  /** In milliseconds. */
  record(latency: number): void {
    this.#latencies.push(latency)
  }

  /** What was timed so far was to warm up. */
  forget(): void {
    this.#latencies = []
  }

  /** Undefined if none was timed. */
  percentiles(): Percentiles | undefined {
    const sorted = Float64Array.from(this.#latencies).sort()
    // To the microsecond: the clock tells no more.
    const at = (fraction: number) => Number((sorted[Math.ceil(fraction * sorted.length) - 1] ?? 0).toFixed(3))
    return sorted.length === 0 ? undefined : { p50: at(0.5), p99: at(0.99), p999: at(0.999) }
  }
}
