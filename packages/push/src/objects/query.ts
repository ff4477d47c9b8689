import { invalidInput } from '../invalid-input.ts'
import type { PushLimits } from '../limits.ts'
import type { ObjectRecord, ObjectStore } from '../ports/object-store.ts'
import { readPaginationKey, writePaginationKey } from '../targets/pagination-key.ts'
import { type Predicate, readClause } from './clauses.ts'
import { isJsonObject } from './object-fields.ts'
import { compareBy, isPosition, type Position, positionOf } from './order.ts'
import { scanObjects } from './scan.ts'
import type { Turns } from './turns.ts'

/** A query as it is carried out (P 10.1). */
export interface Query {
  readonly matches: Predicate
  /** Undefined: by objectID. */
  readonly orderBy: string | undefined
  readonly isDescending: boolean
  /** Objects in a page. */
  readonly limit: number
  /** The last one of the page before. */
  readonly after: Position | undefined
}

export interface ObjectPage {
  readonly objects: ObjectRecord[]
  /** `nextPaginationKey`; undefined on the last page. */
  readonly next: string | undefined
}

/** QUERY_NOT_SUPPORTED, INVALID_INPUT_DATA. */
export function readQuery(body: unknown, limits: PushLimits): Query {
  if (!isJsonObject(body)) throw invalidInput('bucketQuery', 'A query is a JSON object')
  const { bucketQuery, bestEffortLimit = 0, paginationKey } = body
  if (!isJsonObject(bucketQuery)) throw invalidInput('bucketQuery', 'A query has a bucketQuery')
  const { clause = { type: 'all' }, orderBy, descending = false } = bucketQuery
  if (orderBy !== undefined && typeof orderBy !== 'string') throw invalidInput('orderBy', 'orderBy is text')
  if (typeof descending !== 'boolean') throw invalidInput('descending', 'descending is true or false')
  const isOrdered = orderBy !== undefined
  return {
    matches: readClause(clause, limits.pushQueryClausesMax),
    orderBy,
    isDescending: isOrdered && descending,
    limit: readLimit(bestEffortLimit, limits.pushObjectsPerPageMax),
    after:
      paginationKey === undefined
        ? undefined
        : readPaginationKey(paginationKey, (value) => isPosition(value, isOrdered)),
  }
}

/** A page ends before its limit where it grows too long to be written in one go. */
export async function runQuery(
  store: Pick<ObjectStore, 'pageObjects'>,
  turns: Turns,
  bucketKey: number,
  query: Query,
  limits: PushLimits,
): Promise<ObjectPage> {
  const found =
    query.orderBy === undefined
      ? findByID(store, turns, bucketKey, query)
      : findFirst(store, turns, bucketKey, query)
  const candidates = await found
  const count = countThatFit(candidates.slice(0, query.limit), limits.pushPageCharactersMax)
  const objects = candidates.slice(0, count)
  const last = objects.at(-1)
  const hasMore = last !== undefined && candidates.length > count
  return { objects, next: hasMore ? writePaginationKey(positionOf(last, query.orderBy)) : undefined }
}

/** By objectID, up to one more than the page takes. */
async function findByID(
  store: Pick<ObjectStore, 'pageObjects'>,
  turns: Turns,
  bucketKey: number,
  { matches, limit, after }: Query,
): Promise<ObjectRecord[]> {
  const found: ObjectRecord[] = []
  for await (const objects of scanObjects(store, turns, bucketKey, after?.id ?? '')) {
    found.push(...objects.filter(matches))
    if (found.length > limit) break
  }
  return found.slice(0, limit + 1)
}

/** All are looked at, and never more than a page and one are kept. */
async function findFirst(
  store: Pick<ObjectStore, 'pageObjects'>,
  turns: Turns,
  bucketKey: number,
  { matches, orderBy, isDescending, limit, after }: Query,
): Promise<ObjectRecord[]> {
  const compare = compareBy(isDescending)
  const found: { readonly object: ObjectRecord; readonly position: Position }[] = []
  for await (const objects of scanObjects(store, turns, bucketKey, '')) {
    for (const object of objects) {
      if (!matches(object)) continue
      const position = positionOf(object, orderBy)
      const last = found.length > limit ? found.at(-1) : undefined
      if (after !== undefined && compare(position, after) <= 0) continue
      if (last !== undefined && compare(position, last.position) > 0) continue
      if (last !== undefined) found.pop()
      const isBefore = ({ position: other }: { position: Position }) => compare(other, position) < 0
      found.splice(found.findLastIndex(isBefore) + 1, 0, { object, position })
    }
  }
  return found.map(({ object }) => object)
}

function countThatFit(objects: readonly ObjectRecord[], charactersMax: number): number {
  let characters = 0
  for (const [index, { fields }] of objects.entries()) {
    characters += JSON.stringify(fields).length
    if (characters >= charactersMax) return index + 1
  }
  return objects.length
}

function readLimit(value: unknown, limitMax: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw invalidInput('bestEffortLimit', 'bestEffortLimit is a whole number; 0 leaves it to the server')
  return Math.min((value as number) || limitMax, limitMax)
}
