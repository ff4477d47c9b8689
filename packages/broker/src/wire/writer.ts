import type { Outbox } from '../outbox.ts'
import { type Holding, Ranges } from './ranges.ts'
import { endReadTurn } from './read-slabs.ts'

const SLAB_BYTES = 65_536
/** Larger pieces have memory of their own. */
export const SLAB_PIECE_BYTES_MAX = SLAB_BYTES / 4
const SPARE_RANGES_MAX = 1_024
/** Longer arrays are left to the garbage collector. */
const RANGES_KEPT_MAX = 256

/** Writes every outbox that got something during this turn of the event loop, once, at its end. */
export class Writer implements Holding {
  /** Of all outboxes whose readers do not keep up, in memory of our own. */
  heldBytes = 0
  #outboxes: Outbox[] = []
  #slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
  #slabUsed = 0
  readonly #spareRanges: Ranges[] = []
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  schedule(outbox: Outbox): void {
    if (this.#outboxes.length === 0) setImmediate(this.#run)
    this.#outboxes.push(outbox)
  }

  readonly #run = (): void => {
    const outboxes = this.#outboxes
    this.#outboxes = []
    const now = this.#now()
    for (let i = 0; i < outboxes.length; i++) (outboxes[i] as Outbox).write(now)
    endReadTurn()
  }

  /** Most outboxes are empty most of the time; those that are not share these. */
  takeRanges(): Ranges {
    return this.#spareRanges.pop() ?? new Ranges(this)
  }

  /** `ranges` must be empty; `peak` is how many there were in it. */
  giveBackRanges(ranges: Ranges, peak: number): void {
    if (this.#spareRanges.length < SPARE_RANGES_MAX && peak <= RANGES_KEPT_MAX) this.#spareRanges.push(ranges)
  }

  /** Bytes to fill and hand to a transport. Cut from a slab: an ArrayBuffer per write would cost more than the write. */
  readonly allocate = (bytes: number): Buffer => {
    if (bytes > SLAB_PIECE_BYTES_MAX) return Buffer.allocUnsafeSlow(bytes)
    const start = this.#cut(bytes)
    return this.#slab.subarray(start, start + bytes)
  }

  /**
   * As `allocate`, without a view: the bytes begin at the number returned, in `slab`. What is reserved next mostly follows them
   * there, so that an outbox takes both as one range. At most `SLAB_PIECE_BYTES_MAX`.
   */
  reserve(bytes: number): number {
    return this.#cut(bytes)
  }

  /** Where the bytes reserved last are. */
  get slab(): Buffer {
    return this.#slab
  }

  #cut(bytes: number): number {
    if (this.#slabUsed + bytes > SLAB_BYTES) {
      this.#slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
      this.#slabUsed = 0
    }
    const start = this.#slabUsed
    this.#slabUsed += bytes
    return start
  }
}
