import { Latencies } from './latencies.ts'

/** No load goes on beyond this, whatever its clock says. */
const deliveriesMax = 200_000_000

/** What one load has sent and received so far. */
export class Tally {
  /** Messages, each counted once. */
  published = 0
  /** Deliveries that a server which loses nothing makes of what was sent. */
  expected = 0
  received = 0
  readonly latencies = new Latencies()
  /** By how much messages went out later than the load meant them to. */
  readonly delays = new Latencies()
  #sending = true

  /** Asks to send `messages`, each to `receivers`; false = stop, nothing was counted. */
  take(messages: number, receivers = 1): boolean {
    if (!this.#sending || this.expected >= deliveriesMax) return false
    this.published += messages
    this.expected += messages * receivers
    return true
  }

  /** What was measured so far was to warm up. */
  warmedUp(): void {
    this.latencies.clear()
    this.delays.clear()
  }

  stop(): void {
    this.#sending = false
  }
}
