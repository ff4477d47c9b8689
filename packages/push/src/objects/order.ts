import type { ObjectRecord } from '../ports/object-store.ts'
import { memberOf } from './full-object.ts'

/** Text is compared by so many of its first characters: a pagination key holds it, and must stay short. */
const COMPARED_CHARACTERS = 256

type SortValue = string | number | boolean | null

/** Where an object stands in the results of a query. */
export interface Position {
  readonly id: string
  /** Of the field that the query is ordered by, if it is; null: none, or one that cannot be compared. */
  readonly value?: SortValue
}

export function positionOf(object: ObjectRecord, orderBy: string | undefined): Position {
  if (orderBy === undefined) return { id: object.objectID }
  return { id: object.objectID, value: sortValue(memberOf(object, orderBy)) }
}

export function isPosition(value: unknown, isOrdered: boolean): value is Position {
  if (typeof value !== 'object' || value === null) return false
  const position = value as { id?: unknown; value?: unknown }
  if (typeof position.id !== 'string' || Object.hasOwn(position, 'value') !== isOrdered) return false
  return !isOrdered || sortValue(position.value) === position.value
}

/** Nothing, then false, true, numbers, texts; objects that are alike by their ids. Descending turns all of it around. */
export function compareBy(isDescending: boolean): (one: Position, other: Position) => number {
  const sign = isDescending ? -1 : 1
  return ({ id, value = null }, other) => {
    const { value: otherValue = null } = other
    const byRank = rank(value) - rank(otherValue)
    return sign * (byRank || compare(value ?? 0, otherValue ?? 0) || compare(id, other.id))
  }
}

function compare<Value extends string | number | boolean>(one: Value, other: Value): number {
  if (one < other) return -1
  return one > other ? 1 : 0
}

function rank(value: SortValue): number {
  if (value === null) return 0
  if (typeof value === 'boolean') return 1
  return typeof value === 'number' ? 2 : 3
}

function sortValue(value: unknown): SortValue {
  if (typeof value === 'string') return value.slice(0, COMPARED_CHARACTERS)
  return typeof value === 'number' || typeof value === 'boolean' ? value : null
}
