import type { Properties } from '@pillion/packet'
import { readClock } from '../clock.ts'
import type { Core } from '../core.ts'
import type { RetainedBy } from '../ports/retained-messages.ts'
import type { Message } from '../routing/deliver.ts'

/**
 * Keeps a message as its topic's retained one, or deletes that one if the payload is empty [MQTT-3.3.1-5, -6]. False:
 * there is no room, which is counted.
 */
export function keepRetained(
  { retained, retainedDelivery, counters }: Pick<Core, 'retained' | 'retainedDelivery' | 'counters'>,
  topic: string,
  { payload, properties }: Message,
  { owner, publisher }: RetainedBy,
): boolean {
  const seconds = properties?.messageExpirySeconds
  const message = {
    // A copy: the payload is a view of the chunk it came in.
    payload: new Uint8Array(payload),
    properties: properties === undefined ? undefined : copyProperties(properties),
    expiresAt: seconds === undefined ? undefined : readClock() + seconds * 1_000,
    owner,
    publisher,
  }
  if (!retained.keep(topic, message)) {
    counters.retainedRefused++
    return false
  }
  retainedDelivery.noteKept(message)
  return true
}

function copyProperties(properties: Properties): Properties {
  const { messageExpirySeconds: _, ...kept } = properties
  // The only one that is a view.
  if (kept.correlationData !== undefined) kept.correlationData = new Uint8Array(kept.correlationData)
  return kept
}
