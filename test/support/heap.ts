import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** Where objects are. The rest is compiled code, which grows while V8 learns what is worth compiling. */
const spaceNames = ['new_space', 'old_space', 'new_large_object_space', 'large_object_space']

/** What the objects of this process take after a collection; what lets go only in the next turn of the event loop has done so. */
export async function heapBytes(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    await setImmediate()
    collect()
  }
  return getHeapSpaceStatistics()
    .filter(({ space_name }) => spaceNames.includes(space_name))
    .reduce((bytes, { space_used_size }) => bytes + space_used_size, 0)
}

/** What later quarters may hold beyond the second: less than 10 bytes for each message of such a quarter. */
const growthBytesMax = 250_000

/** Of the heap after each of four quarters. The first fills caches; between the second and the last it must not grow. */
export function isSteady(heaps: readonly number[]): boolean {
  const [, second, , last] = heaps
  if (second === undefined || last === undefined) throw new Error('these are not four quarters')
  return last - second <= growthBytesMax
}

export function assertSteady(t: TestContext, heaps: readonly number[]): void {
  const megabytes = heaps.map((bytes) => (bytes / 1e6).toFixed(3)).join(', ')
  t.diagnostic(`after each quarter: ${megabytes} MB`)
  assert.ok(isSteady(heaps), `the heap grew: ${megabytes} MB`)
}
