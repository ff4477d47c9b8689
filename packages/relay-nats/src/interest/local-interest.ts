import { cutIntoPortions } from '../portions.ts'
import type { InterestWord } from '../words.ts'

/** What this node holds interest in, counted, and what of it the others still have to be told. */
export class LocalInterest {
  readonly #counts = new Map<string, number>()
  /** Filter → does this node hold interest in it now? */
  readonly #changes = new Map<string, boolean>()
  #told = 0

  /** How many words have been told. */
  get told(): number {
    return this.#told
  }

  get hasChanges(): boolean {
    return this.#changes.size > 0
  }

  /** As of now, even if it changes while it is walked through: what is told of that goes out in between. */
  filters(): Iterable<string> {
    return this.#counts.keys()
  }

  add(filter: string): void {
    const count = this.#counts.get(filter) ?? 0
    this.#counts.set(filter, count + 1)
    if (count === 0) this.#changes.set(filter, true)
  }

  drop(filter: string): void {
    const count = this.#counts.get(filter)
    if (count === undefined) return
    if (count > 1) this.#counts.set(filter, count - 1)
    else {
      this.#counts.delete(filter)
      this.#changes.set(filter, false)
    }
  }

  clear(): void {
    for (const filter of this.#counts.keys()) this.#changes.set(filter, false)
    this.#counts.clear()
  }

  /** Each word has its number, also when `tell` cannot send it: then the others see that one is missing. */
  flush(tell: (word: InterestWord) => void): void {
    for (const portion of cutIntoPortions(this.#changes, ([filter]) => filter.length)) {
      const add = portion.filter(([, held]) => held).map(([filter]) => filter)
      const drop = portion.filter(([, held]) => !held).map(([filter]) => filter)
      tell({ is: 'interest', n: ++this.#told, add, drop })
    }
    this.#changes.clear()
  }
}
