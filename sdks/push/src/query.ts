import type { KiiClause } from './clause.ts'
import { InvalidArgumentException } from './exceptions.ts'

/** What to look for in a bucket, in which order and how much at once. */
export class KiiQuery {
  readonly #clause: KiiClause | undefined
  readonly #paginationKey: string | undefined
  #limit: number | undefined
  #orderBy: string | undefined
  #descending = false

  private constructor(clause?: KiiClause, paginationKey?: string) {
    this.#clause = clause
    this.#paginationKey = paginationKey
  }

  /** @param clause none: all objects */
  static queryWithClause(clause?: KiiClause | null): KiiQuery {
    return new KiiQuery(clause ?? undefined)
  }

  /** At most so many objects on a page; the server may return fewer. @throws InvalidArgumentException */
  setLimit(limit: number): void {
    if (!Number.isInteger(limit) || limit < 1)
      throw new InvalidArgumentException('a page has a whole number of objects, 1 or more')
    this.#limit = limit
  }

  getLimit(): number {
    return this.#limit ?? 0
  }

  sortByAsc(field: string): void {
    this.#orderBy = field
    this.#descending = false
  }

  sortByDesc(field: string): void {
    this.#orderBy = field
    this.#descending = true
  }

  getSortField(): string | null {
    return this.#orderBy ?? null
  }

  getSortOrder(): 'ASC' | 'DESC' {
    return this.#descending ? 'DESC' : 'ASC'
  }

  /** @internal The same query for the page after. */
  nextPage(paginationKey: string): KiiQuery {
    const next = new KiiQuery(this.#clause, paginationKey)
    next.#limit = this.#limit
    next.#orderBy = this.#orderBy
    next.#descending = this.#descending
    return next
  }

  /** @internal As the server wants it (P 10.1). */
  toBody(): Record<string, unknown> {
    const order = this.#orderBy === undefined ? {} : { orderBy: this.#orderBy, descending: this.#descending }
    return {
      bucketQuery: { clause: this.#clause?.toBody() ?? { type: 'all' }, ...order },
      ...(this.#limit ? { bestEffortLimit: this.#limit } : {}),
      ...(this.#paginationKey === undefined ? {} : { paginationKey: this.#paginationKey }),
    }
  }
}
