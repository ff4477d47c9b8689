import { setTimeout } from 'node:timers/promises'
import { BATCH_OVERHEAD_BYTES } from './frame-blocks.ts'
import { BATCH_HEADER_BYTES } from './frames.ts'
import { deliverMessages } from './messages.ts'

/** Of the event loop at a time; a window may hold hundreds of thousands of messages. */
const PORTION_MILLISECONDS = 2
const PAUSE_MILLISECONDS = 8

export interface LostBatch {
  readonly frame: Buffer
  readonly count: number
  /** When it was sent, or would have been. */
  readonly at: number
}

/** `age`: in milliseconds, since the batch that the message is in was sent. */
export type TellLost = (topic: string, payload: Uint8Array, age: number) => void

/** Tells of each message in batches that nobody writes into any more: a portion at once, the others later. */
export async function tellLost(
  batches: readonly LostBatch[],
  now: () => number,
  tell: TellLost,
): Promise<void> {
  let started = performance.now()
  for (const { frame, count, at } of batches) {
    const age = now() - at
    const deliver = (topic: string, payload: Uint8Array) => tell(topic, payload, age)
    // What this node has written itself it can read.
    deliverMessages(frame, BATCH_HEADER_BYTES, count, { deliver }, () => {})
    if (performance.now() - started < PORTION_MILLISECONDS) continue
    await setTimeout(PAUSE_MILLISECONDS, undefined, { ref: false })
    started = performance.now()
  }
}

/**
 * Batches that were too old to be sent again, until their receiver says where it stands: then it knows itself what it has got of
 * them. If it never does, they are lost. Of more than there is room for, only the oldest.
 */
export class GivenUpBatches {
  readonly #bytesMax: number
  #batches: (LostBatch & { readonly end: number })[] = []
  #bytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  get all(): readonly LostBatch[] {
    return this.#batches
  }

  /** Copies the frame, so that the block it is in is not held for it. */
  add({ frame, first, count, at }: LostBatch & { readonly first: number }): void {
    const bytes = this.#bytes + frame.length + BATCH_OVERHEAD_BYTES
    if (bytes > this.#bytesMax) return
    this.#bytes = bytes
    this.#batches.push({ frame: Buffer.from(frame), count, at, end: first + count })
  }

  /** The receiver waits for message number `expected`. */
  settle(expected: number): void {
    if (this.#batches.length === 0) return
    this.#batches = this.#batches.filter(({ end }) => end > expected)
    this.#bytes = this.#batches.reduce((sum, { frame }) => sum + frame.length + BATCH_OVERHEAD_BYTES, 0)
  }

  clear(): void {
    this.settle(Number.POSITIVE_INFINITY)
  }
}
