import type { RelayNode } from '@pillion/broker'
import type { NodesLog } from '../options.ts'
import { type Answer, BATCH_HEADER_BYTES, type BatchHeader, readBatchHeader } from './frames.ts'
import { deliverMessages } from './messages.ts'

/** Messages from one other node: each batch is handed over once, in order, or asked for again. */
export class InStream {
  readonly #log: NodesLog
  readonly #askAgain: (answer: Answer) => void
  #stream = 0
  #session = 0
  #expected = 0
  /** A resync has been asked for and nothing has come of it yet. */
  #isAsking = false
  /** Something came since the last acknowledgement. */
  #isOwed = false
  /** Of batches that came since the last acknowledgement. */
  owedBytes = 0

  constructor(log: NodesLog, askAgain: (answer: Answer) => void) {
    this.#log = log
    this.#askAgain = askAgain
  }

  /** Returns whether an acknowledgement is owed that was not before. */
  receive(frame: Buffer, node: RelayNode): boolean {
    const header = readBatchHeader(frame)
    if (header.stream < this.#stream) return false
    if (header.stream > this.#stream) {
      this.#stream = header.stream
      this.#expected = 0
    }
    if (header.session !== this.#session) {
      if (!this.#isAsking) this.#ask()
      return false
    }
    this.#isAsking = false
    if (header.base > this.#expected) {
      node.dropped('relay_late', header.base - this.#expected)
      this.#expected = header.base
    }
    if (header.first > this.#expected) {
      this.restart()
      return false
    }
    if (header.first === this.#expected) this.#deliver(frame, header, node)
    this.owedBytes += frame.length
    if (this.#isOwed) return false
    this.#isOwed = true
    return true
  }

  takeAcknowledgement(): Answer {
    this.#isOwed = false
    this.owedBytes = 0
    return this.#answer()
  }

  /** What is on its way is not wanted any more; everything that was not delivered is asked for again. */
  restart(): void {
    this.#session++
    if (this.#stream > 0) this.#ask()
  }

  tick(): void {
    if (this.#isAsking) this.#askAgain(this.#answer())
  }

  #ask(): void {
    this.#isAsking = true
    this.#askAgain(this.#answer())
  }

  #answer(): Answer {
    return { stream: this.#stream, session: this.#session, expected: this.#expected }
  }

  #deliver(frame: Buffer, { count }: BatchHeader, node: RelayNode): void {
    // First: whatever happens below, this batch is never handed over again.
    this.#expected += count
    const delivered = deliverMessages(frame, BATCH_HEADER_BYTES, count, node, this.#failed)
    if (delivered < count) node.dropped('relay_lost', count - delivered)
  }

  readonly #failed = (error: unknown): void => {
    this.#log.warn({ error: String(error) }, 'a batch from another node could not be delivered to its end')
  }
}
