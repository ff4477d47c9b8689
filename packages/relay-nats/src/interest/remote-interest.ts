import { FilterTree } from './filter-tree.ts'

/** Answers about wildcards that are kept, so that a busy topic is not split into its levels for each message. */
const ANSWERS_MAX = 20_000

/** What one other node holds interest in. */
export class RemoteInterest {
  readonly #literals = new Set<string>()
  readonly #wildcards = new FilterTree()
  readonly #answers = new Map<string, boolean>()

  /** How many filters. */
  get size(): number {
    return this.#literals.size + this.#wildcards.size
  }

  add(filter: string): void {
    if (!hasWildcard(filter)) this.#literals.add(filter)
    else {
      this.#wildcards.add(filter)
      this.#answers.clear()
    }
  }

  delete(filter: string): void {
    if (!hasWildcard(filter)) this.#literals.delete(filter)
    else {
      this.#wildcards.delete(filter)
      this.#answers.clear()
    }
  }

  matches(topic: string): boolean {
    return this.#literals.has(topic) || (this.#wildcards.size > 0 && this.#matchesWildcard(topic))
  }

  #matchesWildcard(topic: string): boolean {
    let answer = this.#answers.get(topic)
    if (answer === undefined) {
      answer = this.#wildcards.matches(topic)
      if (this.#answers.size >= ANSWERS_MAX) this.#answers.clear()
      this.#answers.set(topic, answer)
    }
    return answer
  }
}

function hasWildcard(filter: string): boolean {
  return filter.includes('+') || filter.includes('#')
}
