import type { Subscriptions } from '@pillion/schema'
import { inBatches } from './batches.ts'
import type { ConnectedOptions } from './connected-command.ts'
import type { Output } from './output.ts'

export interface SubscriptionOptions extends ConnectedOptions {
  readonly file?: string
}

/** Changes the subscriptions of one vehicle at least, in batches; says how far it came if one fails. Returns who is subscribed then. */
export async function changeSubscriptions(
  vins: readonly string[],
  done: 'subscribed' | 'unsubscribed',
  output: Output,
  change: (batch: readonly string[]) => Promise<Subscriptions>,
): Promise<Subscriptions> {
  let changed = 0
  let answer: Subscriptions = { idApp: '', vins: [] }
  try {
    await inBatches(vins, output, async (batch) => {
      answer = await change(batch)
      changed += batch.length
    })
  } finally {
    if (changed > 0 && changed < vins.length)
      output.notice(`Only the first ${changed} of ${vins.length} vehicles were ${done}.`)
  }
  return answer
}
