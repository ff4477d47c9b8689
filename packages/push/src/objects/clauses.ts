import { invalidInput } from '../invalid-input.ts'
import type { ObjectRecord } from '../ports/object-store.ts'
import type { JsonObject } from '../ports/user-store.ts'
import { PushError } from '../push-error.ts'
import { memberOf } from './full-object.ts'
import { isJsonObject } from './object-fields.ts'

export type Predicate = (object: ObjectRecord) => boolean
type Scalar = string | number | boolean
type ReadClause = (clause: JsonObject, read: (clause: unknown) => Predicate) => Predicate

/** The clauses that a query may have (P 10.1). An object without the field satisfies none of those that name one. */
const clauseTypes: Readonly<Record<string, ReadClause>> = {
  all: () => () => true,
  eq(clause) {
    const field = readString(clause, 'field')
    const value = readScalar(clause.value, 'value')
    return (object) => memberOf(object, field) === value
  },
  in(clause) {
    const field = readString(clause, 'field')
    const values: ReadonlySet<unknown> = new Set(
      readArray(clause, 'values').map((value) => readScalar(value, 'values')),
    )
    return (object) => values.has(memberOf(object, field))
  },
  prefix(clause) {
    const field = readString(clause, 'field')
    const prefix = readString(clause, 'prefix')
    return (object) => {
      const value = memberOf(object, field)
      return typeof value === 'string' && value.startsWith(prefix)
    }
  },
  range: readRange,
  not(clause, read) {
    const inner = read(clause.clause)
    return (object) => !inner(object)
  },
  and(clause, read) {
    const clauses = readArray(clause, 'clauses').map(read)
    return (object) => clauses.every((inner) => inner(object))
  },
  or(clause, read) {
    const clauses = readArray(clause, 'clauses').map(read)
    return (object) => clauses.some((inner) => inner(object))
  },
}

/** QUERY_NOT_SUPPORTED for a type that is not known here, or for more than `clausesMax` of them; INVALID_INPUT_DATA. */
export function readClause(body: unknown, clausesMax: number): Predicate {
  let count = 0
  const read = (clause: unknown): Predicate => {
    count += 1
    if (count > clausesMax)
      throw new PushError('QUERY_NOT_SUPPORTED', `A query has at most ${clausesMax} clauses`)
    if (!isJsonObject(clause)) throw invalidInput('clause', 'A clause is a JSON object')
    const type = readString(clause, 'type')
    const readType = Object.hasOwn(clauseTypes, type) ? clauseTypes[type] : undefined
    if (readType !== undefined) return readType(clause, read)
    throw new PushError('QUERY_NOT_SUPPORTED', 'There is no such type of clause here', {
      details: { field: 'type' },
    })
  }
  return read(body)
}

/** Of numbers, or of texts by their code units; limits count as within unless it is said otherwise. */
function readRange(clause: JsonObject): Predicate {
  const field = readString(clause, 'field')
  const { lowerLimit: lower, upperLimit: upper, lowerIncluded = true, upperIncluded = true } = clause
  const type = typeof (lower ?? upper)
  const areAlike = [lower, upper].every((limit) => limit === undefined || typeof limit === type)
  if (!areAlike || (type !== 'number' && type !== 'string'))
    throw invalidInput('lowerLimit', 'A range has a lowerLimit or an upperLimit, numbers or texts')
  if (typeof lowerIncluded !== 'boolean' || typeof upperIncluded !== 'boolean')
    throw invalidInput('lowerIncluded', 'lowerIncluded and upperIncluded are true or false')
  const least = lower as string
  const most = upper as string
  return (object) => {
    const value = memberOf(object, field) as string
    if (typeof value !== type) return false
    if (lower !== undefined && !(lowerIncluded ? value >= least : value > least)) return false
    return upper === undefined || (upperIncluded ? value <= most : value < most)
  }
}

function readString(clause: JsonObject, name: string): string {
  const value = clause[name]
  if (typeof value === 'string') return value
  throw invalidInput(name, `The ${name} of a clause is text`)
}

function readArray(clause: JsonObject, name: string): unknown[] {
  const value = clause[name]
  if (Array.isArray(value)) return value
  throw invalidInput(name, `The ${name} of a clause are an array`)
}

function readScalar(value: unknown, name: string): Scalar {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  throw invalidInput(name, 'Clauses compare with a text, a number, true or false')
}
