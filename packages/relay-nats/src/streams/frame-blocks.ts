/** A block has room for so many batches of the usual size. */
const BATCHES_PER_BLOCK = 4
const SPARE_BLOCKS_MAX = 4
/** What a waiting batch costs beside its bytes, so that many small ones are bounded too. */
export const BATCH_OVERHEAD_BYTES = 256

/** Memory in which frames are made, one behind the other. */
export interface Block {
  readonly bytes: Buffer
  /** Frames in it that may still be needed, and whoever writes into it. */
  uses: number
  /** Something may still be reading it when the last use has ended. */
  isTainted: boolean
}

/**
 * Memory for the frames to one other node, used again when they are let go: an ArrayBuffer for each made the garbage collector
 * take a third of the time of a node that did nothing but send.
 */
export class FrameBlocks {
  readonly #blockBytes: number
  readonly #spare: Block[] = []

  constructor(batchBytesMax: number) {
    this.#blockBytes = batchBytesMax * BATCHES_PER_BLOCK
  }

  /** In use, with room for `bytes` at least. */
  take(bytes: number): Block {
    const spare = bytes <= this.#blockBytes ? this.#spare.pop() : undefined
    if (spare !== undefined) {
      spare.uses = 1
      return spare
    }
    return { bytes: Buffer.allocUnsafeSlow(Math.max(bytes, this.#blockBytes)), uses: 1, isTainted: false }
  }

  endUse(block: Block): void {
    block.uses--
    if (block.uses > 0 || block.isTainted || block.bytes.length !== this.#blockBytes) return
    if (this.#spare.length < SPARE_BLOCKS_MAX) this.#spare.push(block)
  }

  /** Nothing is on its way. */
  shrink(): void {
    this.#spare.length = 0
  }
}
