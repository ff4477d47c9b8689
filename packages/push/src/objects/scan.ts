import { performance } from 'node:perf_hooks'
import type { ObjectRecord, ObjectStore } from '../ports/object-store.ts'
import type { Turns } from './turns.ts'

const PAGE_MIN = 8
const PAGE_MAX = 250
/** An object may have a few bytes or 64 KB: pages grow while they take less than this, and are cut when they take long. */
const SHORT_MILLISECONDS = 2
const LONG_MILLISECONDS = 6

/** All objects of a bucket by id, those after `after`. A page, and what the reader does with it, is one turn of `turns`. */
export async function* scanObjects(
  store: Pick<ObjectStore, 'pageObjects'>,
  turns: Turns,
  bucketKey: number,
  after: string,
): AsyncGenerator<readonly ObjectRecord[]> {
  let limit = PAGE_MIN
  for (let from: string | undefined = after; from !== undefined; ) {
    await turns.next()
    const start = performance.eventLoopUtilization()
    const objects: ObjectRecord[] = await store.pageObjects(bucketKey, from, limit)
    yield objects
    from = objects.length < limit ? undefined : objects.at(-1)?.objectID
    // The event loop's time, not the clock's: waiting for a database holds nobody up.
    const { active } = performance.eventLoopUtilization(start)
    if (active < SHORT_MILLISECONDS) limit = Math.min(PAGE_MAX, limit * 2)
    if (active > LONG_MILLISECONDS) limit = Math.max(PAGE_MIN, limit >> 2)
  }
}
