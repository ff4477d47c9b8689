import { Latencies } from './latencies.ts'

/** No load goes on beyond this, whatever its clock says. */
const deliveriesMax = 200_000_000

/** What one load has sent and received so far. */
export class Tally {
  /** Deliveries that a server which loses nothing makes of what was sent. */
  expected = 0
  received = 0
  readonly latencies = new Latencies()
  #sending = true

  /** Asks to send what makes `deliveries`; false = stop, nothing was counted. */
  take(deliveries: number): boolean {
    if (!this.#sending || this.expected >= deliveriesMax) return false
    this.expected += deliveries
    return true
  }

  stop(): void {
    this.#sending = false
  }
}
