import type { Core } from '../core.ts'
import type { Message } from './deliver.ts'
import type { Audience } from './route.ts'

/** Is this topic for somebody who does not get its messages here? Holds for as long as the audience does. */
export function missesReceiver({ absentReceivers }: Core, topic: string, { groups }: Audience): boolean {
  const key = absentReceivers?.receiverOf(topic)
  return (
    key !== undefined && !groups.some(({ members }) => members.some(({ identity }) => identity.key === key))
  )
}

/** What a receiver misses goes to whoever keeps it. Returns whether that was so. */
export function keepIfMissed(core: Core, topic: string, audience: Audience, message: Message): boolean {
  if (!missesReceiver(core, topic, audience)) return false
  keepMessage(core, topic, message.payload, message.properties?.messageExpirySeconds)
  return true
}

export function keepMessage(
  { absentReceivers, counters }: Core,
  topic: string,
  payload: Uint8Array,
  expirySeconds: number | undefined,
): void {
  counters.messagesKept++
  absentReceivers?.keep(topic, payload, { expirySeconds })
}
