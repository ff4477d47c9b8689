type ClauseBody = { readonly type: string; readonly [member: string]: unknown }

/** A condition on objects (P 10.1). */
export class KiiClause {
  readonly #body: ClauseBody

  private constructor(body: ClauseBody) {
    this.#body = body
  }

  static equals(field: string, value: unknown): KiiClause {
    return new KiiClause({ type: 'eq', field, value })
  }

  static notEquals(field: string, value: unknown): KiiClause {
    return KiiClause.not(KiiClause.equals(field, value))
  }

  static not(clause: KiiClause): KiiClause {
    return new KiiClause({ type: 'not', clause: clause.#body })
  }

  static greaterThan(field: string, value: unknown): KiiClause {
    return new KiiClause({ type: 'range', field, lowerLimit: value, lowerIncluded: false })
  }

  static greaterThanOrEqual(field: string, value: unknown): KiiClause {
    return new KiiClause({ type: 'range', field, lowerLimit: value, lowerIncluded: true })
  }

  static lessThan(field: string, value: unknown): KiiClause {
    return new KiiClause({ type: 'range', field, upperLimit: value, upperIncluded: false })
  }

  static lessThanOrEqual(field: string, value: unknown): KiiClause {
    return new KiiClause({ type: 'range', field, upperLimit: value, upperIncluded: true })
  }

  static inClause(field: string, values: readonly unknown[]): KiiClause {
    return new KiiClause({ type: 'in', field, values })
  }

  static startsWith(field: string, prefix: string): KiiClause {
    return new KiiClause({ type: 'prefix', field, prefix })
  }

  static and(...clauses: KiiClause[]): KiiClause {
    return new KiiClause({ type: 'and', clauses: clauses.map((clause) => clause.#body) })
  }

  static or(...clauses: KiiClause[]): KiiClause {
    return new KiiClause({ type: 'or', clauses: clauses.map((clause) => clause.#body) })
  }

  /** @internal */
  toBody(): ClauseBody {
    return this.#body
  }
}
