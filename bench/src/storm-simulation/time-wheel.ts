const none = -1

/**
 * What is to happen to whom in which millisecond; each of the `members` waits for one thing at most. Adding and taking cost the same
 * however many wait, and allocate nothing.
 */
export class TimeWheel {
  /** By millisecond modulo the wheel's size: who was added first and last. */
  readonly #first: Int32Array
  readonly #last: Int32Array
  readonly #next: Int32Array

  /** `spanMilliseconds`: how far ahead anything is, at most. */
  constructor(members: number, spanMilliseconds: number) {
    this.#first = new Int32Array(spanMilliseconds + 1).fill(none)
    this.#last = new Int32Array(spanMilliseconds + 1).fill(none)
    this.#next = new Int32Array(members)
  }

  add(member: number, atMillisecond: number): void {
    const slot = atMillisecond % this.#first.length
    this.#next[member] = none
    const last = this.#last[slot] as number
    if (last === none) this.#first[slot] = member
    else this.#next[last] = member
    this.#last[slot] = member
  }

  /** Those whose time is this millisecond, in the order in which they were added. They may be added again meanwhile, for later. */
  take(millisecond: number, each: (member: number) => void): void {
    const slot = millisecond % this.#first.length
    let member = this.#first[slot] as number
    this.#first[slot] = none
    this.#last[slot] = none
    while (member !== none) {
      const next = this.#next[member] as number
      each(member)
      member = next
    }
  }
}
