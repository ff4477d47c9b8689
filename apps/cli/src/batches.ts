import type { Output } from './output.ts'

/** Small enough that progress moves and no request takes long; the admin API takes 10,000 at once. */
const batchSize = 500

/** Hands `items` to `each` in batches, one after the other, and shows how far it is. */
export async function inBatches<Item>(
  items: readonly Item[],
  output: Output,
  each: (batch: readonly Item[]) => Promise<void>,
): Promise<void> {
  try {
    for (let start = 0; start < items.length; start += batchSize) {
      if (items.length > batchSize) output.progress(`${start} of ${items.length} …`)
      await each(items.slice(start, start + batchSize))
    }
  } finally {
    output.endProgress()
  }
}
