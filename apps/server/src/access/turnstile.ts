/** Lets so many in at once, and the others in the order in which they came. */
export class Turnstile {
  readonly #atOnceMax: number
  #inside = 0
  readonly #waiting: (() => void)[] = []

  constructor(atOnceMax: number) {
    this.#atOnceMax = atOnceMax
  }

  async pass<Answer>(work: () => Answer | Promise<Answer>): Promise<Answer> {
    if (this.#inside < this.#atOnceMax) this.#inside++
    else await new Promise<void>((enter) => this.#waiting.push(enter))
    try {
      return await work()
    } finally {
      // Whoever is next takes this place.
      const next = this.#waiting.shift()
      if (next === undefined) this.#inside--
      else next()
    }
  }
}
