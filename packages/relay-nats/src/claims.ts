import { cutIntoPortions } from './portions.ts'
import type { ClaimEntry, ClaimsWord } from './words.ts'

export interface ClaimsOptions {
  /** This node; of two claims with the same stamp, that of the node which sorts last stays. */
  readonly node: string
  /** A number that grows with time, of nearly the same size on all nodes. */
  readStamp(): number
  evict(clientKey: string): void
  /** Something waits for `flush`. */
  changed(): void
}

/**
 * Which clients this node holds. Every claim carries a Lamport stamp that runs along with the clock: a claim made by
 * somebody who has heard of another is always the newer one, and of two that do not know of each other the later one is,
 * as far as the clocks agree. Each node keeps only its own claims, so those of a dead node are free at once.
 */
export class Claims {
  readonly #options: ClaimsOptions
  readonly #held = new Map<string, number>()
  #untold: ClaimEntry[] = []
  /** The latest stamp given or heard of. */
  #latest = 0
  #told = 0

  constructor(options: ClaimsOptions) {
    this.#options = options
  }

  get told(): number {
    return this.#told
  }

  get count(): number {
    return this.#held.size
  }

  get hasChanges(): boolean {
    return this.#untold.length > 0
  }

  get latest(): number {
    return this.#latest
  }

  /** Claims made from now on are newer than this one. */
  observe(stamp: number): void {
    if (stamp > this.#latest) this.#latest = stamp
  }

  claim(clientKey: string): void {
    this.#latest = Math.max(this.#latest + 1, this.#options.readStamp())
    this.#held.set(clientKey, this.#latest)
    this.#untold.push([clientKey, this.#latest])
    this.#options.changed()
  }

  release(clientKey: string): void {
    this.#held.delete(clientKey)
  }

  clear(): void {
    this.#held.clear()
  }

  /** Each word has its number, also when `tell` cannot send it: then the others see that one is missing. */
  flush(tell: (word: ClaimsWord) => void): void {
    for (const list of cutIntoPortions(this.#untold, measure)) tell({ is: 'claims', n: ++this.#told, list })
    this.#untold = []
  }

  /**
   * What another node has claimed: older ones that are held here are evicted. Returns those held here that are newer; the
   * other node has to be told of them.
   */
  hear(node: string, list: readonly ClaimEntry[]): ClaimEntry[] {
    const newer: ClaimEntry[] = []
    for (const [clientKey, stamp] of list) {
      this.observe(stamp)
      const mine = this.#held.get(clientKey)
      if (mine === undefined) continue
      if (mine > stamp || (mine === stamp && this.#options.node > node)) newer.push([clientKey, mine])
      else {
        this.#held.delete(clientKey)
        this.#options.evict(clientKey)
      }
    }
    return newer
  }

  /** Those claimed after `stamp`, for a node that may have missed them. */
  *since(stamp: number): Generator<ClaimEntry, void> {
    for (const entry of this.#held) if (entry[1] > stamp) yield entry
  }
}

/** In milliseconds / 2048 since 1970: as fine as numbers of this size are, and below 2^53 until the year 2109. */
export function readClaimStamp(): number {
  return Math.floor((performance.timeOrigin + performance.now()) * 2_048)
}

export function measure([clientKey]: ClaimEntry): number {
  return clientKey.length
}
